import { Worker } from 'node:worker_threads';

/** Answers questions in a thread of its own, in their order. It never keeps the process alive. */
export interface QuestionThread<Question> {
  /** Makes the thread ready before the first question; asking does so too. */
  begin(): void;
  ask(question: Question): Promise<unknown>;
  /** Whatever waits is rejected. A question asked later starts the thread again. */
  stop(): Promise<void>;
}

export interface ThreadSettings {
  /**
   * The thread's program. It gets `{ id, question }` and posts `{ id, answer }` or `{ id, error }`; once it is ready for questions,
   * `{ id: 0 }`, which is nobody's.
   */
  readonly url: URL;
  /** How long one question may keep all others waiting. */
  readonly patienceMs: number;
  /** How much the thread may have in use, with garbage that nobody has collected yet. */
  readonly heapMb: number;
  /** Said of a question that took too long or too much memory, or that the thread did not survive. */
  readonly givenUp: (why: 'too long' | 'too large' | 'ended', cause?: Error) => Error;
  /** What an error that the thread tells of is here. */
  readonly errorOf?: (told: ToldError) => Error;
}

/** As much of an error as crosses over from a thread. */
export interface ToldError {
  readonly message: string;
  readonly extensions?: Record<string, unknown>;
}

interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: ToldError;
}

interface Asked<Question> {
  readonly question: Question;
  readonly pending: PromiseWithResolvers<unknown>;
}

/**
 * What a thread's heap has above what it may use. A thread that V8 finds at its limit amid one large allocation ends the process, so it is
 * looked at often enough to end the thread before.
 */
const marginMb = 128;
const lookEveryMs = 50;

/** A question that takes too long or too much memory, or that the thread doesn't survive, is given up; those behind it are asked again of a new thread. */
export const createQuestionThread = <Question>(settings: ThreadSettings): QuestionThread<Question> => {
  const { url, patienceMs, heapMb, givenUp, errorOf = ({ message }) => new Error(message) } = settings;
  const waiting = new Map<number, Asked<Question>>();
  let worker: Worker | undefined;
  let patience: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | undefined;
  let isReady = false;
  let hasAnswered = false;
  let count = 0;

  const watch = (): void => {
    clearTimeout(patience);
    clearInterval(looking);
    if (waiting.size === 0) return;
    looking = setInterval(look, lookEveryMs);
    if (isReady) patience = setTimeout(() => giveUp(givenUp('too long')), patienceMs);
  };
  const look = (): void => {
    const looked = worker;
    looked?.getHeapStatistics().then(
      ({ used_heap_size: used }) => {
        if (worker === looked && waiting.size > 0 && used > heapMb * 1e6) spare();
      },
      // It has ended, which is told by itself.
      () => {},
    );
  };
  /** A thread that kept what earlier questions left has less room than a new one. */
  const spare = (cause?: Error): void => (hasAnswered ? askAnew() : giveUp(givenUp('too large', cause)));
  const askAnew = (): void => {
    void dismiss();
    if (waiting.size === 0) return;
    worker = start();
    for (const [id, { question }] of waiting) worker.postMessage({ id, question });
  };
  /** What is under way is what was asked first. */
  const giveUp = (reason: Error): void => {
    const [first] = waiting;
    if (first) waiting.delete(first[0]);
    first?.[1].pending.reject(reason);
    askAnew();
  };
  const dismiss = async (): Promise<void> => {
    clearTimeout(patience);
    clearInterval(looking);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };
  const start = (): Worker => {
    isReady = false;
    hasAnswered = false;
    const started = new Worker(url, { execArgv: ['--no-warnings'], resourceLimits: { maxOldGenerationSizeMb: heapMb + marginMb } });
    started.on('message', ({ id, answer, error }: Answer) => {
      if (worker !== started) return;
      hasAnswered = isReady;
      isReady = true;
      const asked = waiting.get(id)?.pending;
      waiting.delete(id);
      watch();
      if (waiting.size === 0) started.unref();
      if (error) asked?.reject(errorOf(error));
      else asked?.resolve(answer);
    });
    const fail = (cause?: Error): void => {
      if (worker !== started) return;
      if (cause && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY') spare(cause);
      else giveUp(givenUp('ended', cause));
    };
    started.on('error', fail);
    started.on('exit', () => fail());
    return started;
  };
  const begin = (): void => {
    if (worker) return;
    worker = start();
    worker.unref();
  };

  return {
    begin,
    ask(question) {
      worker ??= start();
      worker.ref();
      const pending = Promise.withResolvers<unknown>();
      waiting.set(++count, { question, pending });
      if (waiting.size === 1) watch();
      worker.postMessage({ id: count, question });
      return pending.promise;
    },
    async stop() {
      for (const { pending } of waiting.values()) pending.reject(new Error('The thread was stopped.'));
      waiting.clear();
      await dismiss();
    },
  };
};

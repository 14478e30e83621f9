import { parentPort } from 'node:worker_threads';

// A thread that answers with what it was asked, unless that is to hang, to fail, to die, or to take memory.
parentPort?.on('message', ({ id, question }: { readonly id: number; readonly question: string }) => {
  if (question === 'hang') for (;;) Math.random();
  if (question === 'grow') {
    const all = Array.from({ length: 2_000_000 }, (_, at) => ({ at, text: `${at}` }));
    for (;;) all[0] = { at: Math.random(), text: '' };
  }
  if (question === 'grow without end') for (const all: object[] = []; ; ) all.push({ at: all.length });
  if (question === 'die') process.exit(1);
  parentPort?.postMessage(question === 'fail' ? { id, error: { message: 'It failed.' } } : { id, answer: question });
});
parentPort?.postMessage({ id: 0 });

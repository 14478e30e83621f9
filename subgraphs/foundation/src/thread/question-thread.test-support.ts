import { parentPort } from 'node:worker_threads';

// A thread that answers with what it was asked, unless that is to hang, to fail or to die.
parentPort?.on('message', ({ id, question }: { readonly id: number; readonly question: string }) => {
  if (question === 'hang') for (;;) Math.random();
  if (question === 'die') process.exit(1);
  parentPort?.postMessage(question === 'fail' ? { id, error: { message: 'It failed.' } } : { id, answer: question });
});
parentPort?.postMessage({ id: 0 });

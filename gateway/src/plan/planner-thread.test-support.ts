import { parentPort } from 'node:worker_threads';

// Stands in for the worker that plans: answers with what it was given, hangs, or dies.
parentPort?.on('message', ({ id, question }: { readonly id: number; readonly question: { readonly sdl: string } }) => {
  if (question.sdl === 'hang') for (;;) Math.random();
  if (question.sdl === 'die') process.exit(1);
  parentPort?.postMessage({ id, answer: question.sdl });
});
parentPort?.postMessage({ id: 0 });

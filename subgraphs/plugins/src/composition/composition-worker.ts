import { parentPort } from 'node:worker_threads';
import { type CompositionRequest, compose } from './compose.ts';

// Composing blocks its thread for up to seconds, so it has one of its own.
parentPort?.on('message', ({ id, question }: { id: number; question: CompositionRequest }) => {
  parentPort?.postMessage({ id, answer: compose(question) });
});
parentPort?.postMessage({ id: 0 });

import { parentPort } from 'node:worker_threads';
import { type CompositionRequest, compose } from './compose.ts';

// Composing blocks its thread for up to seconds, so it has one of its own.
parentPort?.on('message', ({ id, request }: { id: number; request: CompositionRequest }) => {
  parentPort?.postMessage({ id, result: compose(request) });
});

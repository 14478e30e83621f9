import { createInProcessSharedState } from './in-process-shared-state.ts';
import { sharedStateContract } from './shared-state.contract.ts';

sharedStateContract('in process', async () => {
  const state = createInProcessSharedState();
  return { state, other: state, [Symbol.asyncDispose]: () => state.stop() };
});

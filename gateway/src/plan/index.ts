export type { CompiledPlan, CompiledStream } from './compiled-plan.ts';
export { createSupergraph, type PlannableOperation, type Supergraph } from './supergraph.ts';

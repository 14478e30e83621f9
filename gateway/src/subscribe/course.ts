import type { ExecutionResult } from 'graphql';
import { finish } from '../execute/execute.ts';
import { type Connections, type ExecutionRequest, startRun } from '../execute/run.ts';
import type { SubgraphAnswer, SubgraphCaller } from '../execute/subgraph-connection.ts';
import type { Pay } from '../limits/rate-limit.ts';
import type { CompiledPlan, CompiledStream } from '../plan/compiled-plan.ts';
import { forClients, Refusal } from '../problem.ts';
import type { UpstreamAddress } from './upstreams.ts';

/** How a subscription runs as of now: by which plan, as whom, over which connections. A new one may follow while it is open. */
export interface Course {
  readonly plan: CompiledPlan;
  readonly request: ExecutionRequest;
  readonly connections: Connections;
  /** Called once for each event that other subgraphs complete. A refusal stands in their fields, and they are not asked. */
  readonly pay?: Pay;
  /** Makes of an execution's result what its client is told. */
  readonly tell?: (result: ExecutionResult) => ExecutionResult;
}

/** A course whose source of events is known. */
export interface Bound extends Course {
  readonly stream: CompiledStream;
  readonly address: UpstreamAddress;
}

export const bind = (course: Course): Bound => {
  const { plan, request, connections } = course;
  const { stream } = plan;
  if (!stream) throw new Error('The plan is not of a subscription');
  const connection = connections(stream.primary.service);
  const operation = stream.primary.write(request.variables ?? {});
  const { signal: _, ...caller } = request.caller;
  const key = JSON.stringify([connection.identity ?? connection.name, identityOf(caller, stream), operation.query, operation.variables]);
  const connect: UpstreamAddress['connect'] = (signal, opened) => connection.subscribe(operation, { ...caller, signal }, opened);
  return { ...course, stream, address: { key, showsState: stream.showsState, connect } };
};

/** Whoever is the same to the subgraph. Where a field says that its events don't depend on the user, all of a tenant with the same rights are. */
const identityOf = ({ claims, forwarded }: SubgraphCaller, { sameForEveryone }: CompiledStream): unknown => {
  if (!sameForEveryone) return [claims, forwarded];
  const { tenant, roles, permissions, configurationVersion } = claims;
  return [tenant, roles.toSorted(), permissions.toSorted(), configurationVersion];
};

/** The answer to one event: its own fields, and those of other subgraphs with the rights of now. */
export const answerEvent = async (course: Bound, event: SubgraphAnswer): Promise<ExecutionResult> => {
  const { plan, stream, request, connections, pay, tell } = course;
  const run = startRun(request, pay ? payingOnce(connections, pay) : connections);
  try {
    stream.primary.take(run, event);
    await stream.rest?.run(run, [run.root]);
    const result = finish(plan, run, request.maxAnswer);
    return tell ? tell(result) : result;
  } catch (error) {
    // One event is too large; the next may not be.
    if (error instanceof Refusal) return { errors: [forClients(error)] };
    throw error;
  }
};

/** Connections for one event. Whichever subgraph is the first to be asked, the event is paid for then. */
const payingOnce = (connections: Connections, pay: Pay): Connections => {
  let paid: { readonly refusal: ReturnType<Pay> } | undefined;
  return (name) => {
    paid ??= { refusal: pay() };
    const { refusal } = paid;
    return refusal ? { ...connections(name), request: async () => ({ errors: [forClients(refusal)] }) } : connections(name);
  };
};

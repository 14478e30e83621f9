import type { Running } from './contender.ts';
import type { FloorPlan } from './floor-plan.ts';
import { bearersOf, everyUser, type Issuer, knownUsers } from './issuer.ts';
import { asPlatform, floor, standalone, startOn } from './own-gateway.ts';
import type { Subgraphs } from './start-subgraphs.ts';

/** One that takes part in each round, and who asks it. */
export interface Side {
  readonly running: Running;
  readonly authorization: () => string;
}

/** The hard-coded calls, our gateway on its own, and the platform for principals it knows and for new ones. */
export type Sides = Readonly<Record<'floor' | 'alone' | 'known' | 'new', Side>>;

/** Starts one process of each, on one core. */
export const startSides = async (
  core: number,
  subgraphs: Subgraphs,
  issuer: Issuer,
  tokens: readonly string[],
  plan: FloorPlan,
): Promise<Sides> => {
  const { supergraph, url } = subgraphs;
  const bearer = bearersOf(tokens);
  const platform = (name: string): Promise<Running> =>
    startOn(core, (port) => ({
      name,
      command: asPlatform,
      env: { SUPERGRAPH: supergraph, PORT: String(port), ISSUER: issuer.url, LOG_LEVEL: 'warn' },
    }));
  return {
    floor: { running: await startOn(core, (port) => floor(url, plan, port)), authorization: bearer(everyUser) },
    alone: {
      running: await startOn(core, (port) => ({ name: 'on its own', command: standalone(supergraph, port), env: { LOG_LEVEL: 'warn' } })),
      authorization: bearer(everyUser),
    },
    known: { running: await platform('known principals'), authorization: bearer(knownUsers) },
    new: { running: await platform('new principals'), authorization: bearer(everyUser) },
  };
};

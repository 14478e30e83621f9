import { fileURLToPath } from 'node:url';
import { freePort } from '@plexica/foundation';
import { type Contender, type Running, start } from './contender.ts';
import type { FloorPlan } from './floor-plan.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** As `bin/plexica-gateway.mjs` runs. */
const node = [process.execPath, '--max-semi-space-size=128', '--min-semi-space-size=128'];

/** Our gateway on its own, passing on `Authorization`. */
export const standalone = (supergraph: string, port: number): readonly string[] => [
  ...node,
  here('../dist/standalone.js'),
  '--supergraph',
  supergraph,
  '--port',
  String(port),
  '--forward-header',
  'authorization',
];

/** Our gateway as the platform runs it. */
export const asPlatform: readonly string[] = [...node, here('../dist/bench-platform-mode.js')];

/** The same calls, hard-coded, for one query. */
export const floor = (upstream: string, plan: FloorPlan, port: number): Contender => ({
  name: 'floor: the same calls hard-coded',
  command: [process.execPath, here('../dist/bench-floor.js')],
  env: { PORT: String(port), UPSTREAM: upstream, FLOOR_PLAN: JSON.stringify(plan) },
});

/** Starts one on a port of its own. */
export const startOn = async (core: number, contender: (port: number) => Contender): Promise<Running> => {
  const port = await freePort();
  return start(contender(port), port, core);
};

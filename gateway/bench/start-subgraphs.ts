import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { freePort } from '@plexica/foundation';
import { parse } from 'graphql';
import { aSubgraph } from '../src/execute/test/composed.ts';
import { type Running, start } from './contender.ts';
import { benchmarkSubgraphs } from './subgraphs.ts';

export interface Subgraphs extends Running {
  readonly url: string;
  /** A folder that is gone when they stop, and in it the supergraph of them all. */
  readonly folder: string;
  readonly supergraph: string;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The benchmark's subgraphs in a process of their own, on this core. */
export const startSubgraphs = async (core: number): Promise<Subgraphs> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = [process.execPath, '--import', 'tsx', '--conditions=development', here('./upstream.ts')];
  const env = { PORT: String(port), TSX_TSCONFIG_PATH: here('../../tsconfig.json') };
  const running = await start({ name: 'subgraphs', command, env, path: '/accounts' }, port, core);
  const { supergraphSdl = '' } = composeServices(
    Object.entries(benchmarkSubgraphs).map(([name, source]) => ({
      name,
      url: `${url}/${name}`,
      typeDefs: parse(aSubgraph(name, source).sdl),
    })),
  );
  const folder = mkdtempSync(join(tmpdir(), 'plexica-bench-'));
  const supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, supergraphSdl);
  const stop = async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...running, url, folder, supergraph, stop };
};

import { basename, join } from 'node:path';
import { LaunchProblem } from '../launch/launch-problem.ts';
import type { Cache } from './service.ts';
import { go, isExecutable, runTool } from './tool.ts';

export interface GoModule {
  readonly module: string;
  readonly version: string;
  /** As `go.sum` writes it; what the module is made of can't change under us. */
  readonly sum: string;
  /** Names a binary to use instead of building one. */
  readonly variable: string;
}

/** A program from the Go module proxy, built once. */
export const goProgram =
  ({ module, version, sum, variable }: GoModule) =>
  async (cache: Cache): Promise<string> => {
    const given = process.env[variable];
    if (given) {
      if (!(await isExecutable(given)))
        throw new LaunchProblem(`${variable} names ${given}, which can't be run.`, 'Name an executable file.');
      return given;
    }
    const program = basename(module);
    const folder = await cache.folder(`${program}-${version}`, async (partial) => {
      // From inside a module its own go.mod would be read.
      const downloaded = JSON.parse(await runTool(go, ['mod', 'download', '-json', `${module}@${version}`], { cwd: partial })) as {
        Sum?: string;
      };
      if (downloaded.Sum !== sum)
        throw new LaunchProblem(
          `${module} ${version} is not the module that was pinned: ${downloaded.Sum}.`,
          `Set ${variable} to a binary you trust.`,
        );
      await runTool(go, ['install', '-ldflags=-s -w', `${module}@${version}`], { cwd: partial, env: { GOBIN: partial } });
    });
    return join(folder, program);
  };

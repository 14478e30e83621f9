import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { LaunchProblem } from '../launch/launch-problem.ts';

/** A program of the machine, and how a person gets it. */
export interface Tool {
  readonly program: string;
  readonly for: string;
  readonly get: string;
}

export const maven: Tool = { program: 'mvn', for: 'fetching from Maven Central', get: 'apt-get install maven' };
export const go: Tool = {
  program: 'go',
  for: 'building from the Go module proxy',
  get: 'apt-get install golang, or a newer one from go.dev',
};
export const unzip: Tool = { program: 'unzip', for: 'unpacking', get: 'apt-get install unzip' };

/** Its path; fails with the way to get it. */
export const findTool = async (tool: Tool): Promise<string> => {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, tool.program);
    if (await isExecutable(path)) return path;
  }
  throw new LaunchProblem(`${tool.program} is not installed; it is needed for ${tool.for}.`, `Get it with: ${tool.get}`);
};

export const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

const within = 15 * 60_000;

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a tool to its end and answers what it printed. */
export const runTool = async (tool: Tool, args: readonly string[], options?: RunOptions): Promise<string> =>
  execute(await findTool(tool), args, options);

/** Runs a program to its end and answers what it printed; a failure carries the end of that. */
export const execute = async (program: string, args: readonly string[], { cwd, env }: RunOptions = {}): Promise<string> => {
  try {
    const options = { cwd, env: { ...process.env, ...env }, timeout: within, maxBuffer: 64 << 20 };
    return (await promisify(execFile)(program, [...args], options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trim().split('\n').slice(-15).join('\n');
    throw new LaunchProblem(
      `${basename(program)} ${args[0]} failed:\n${said}`,
      'Is the package registry within reach? It may simply be run again.',
    );
  }
};

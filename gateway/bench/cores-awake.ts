import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Ends with the benchmark, however that ends. */
const loop = 'for (const { ppid } = process; process.ppid === ppid; );';

/**
 * Keeps cores from going to sleep meanwhile, as `idle=poll` does, by a loop on each that gives way to anything else. With one request at a time
 * every process sleeps between two steps, and what a sleeping core takes to wake, most of all a virtual one, is no part of what a gateway takes.
 */
export const withCoresAwake = async <Result>(cores: readonly number[], measure: () => Promise<Result>): Promise<Result> => {
  const loops = cores.map((core) => spawn('taskset', ['-c', String(core), 'chrt', '--idle', '0', process.execPath, '-e', loop]));
  const ended = loops.map((loop) => once(loop, 'exit'));
  const endAll = () => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
  process.once('exit', endAll);
  try {
    return await measure();
  } finally {
    process.off('exit', endAll);
    endAll();
    await Promise.all(ended);
  }
};

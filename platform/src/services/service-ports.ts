import { freePort, isFree } from '@plexica/foundation';
import { LaunchProblem } from '../launch/launch-problem.ts';
import type { Service } from './service.ts';

/** Fixed ports, all moved by an offset, or any that are free. */
export type PortChoice = 'free' | { readonly offset: number };

/** The ports of a start: those it had before where any free ones will do. */
export const choosePorts = async (
  { name, ports }: Service,
  choice: PortChoice,
  before: Readonly<Record<string, number>> = {},
): Promise<Record<string, number>> => {
  const chosen: Record<string, number> = {};
  for (const [index, [use, standard]] of Object.entries(ports).entries()) {
    const variable = ['PLEXICA', name, ...(index ? [use] : []), 'PORT'].join('_').toUpperCase();
    if (choice === 'free') chosen[use] = before[use] ?? (await freePort());
    else chosen[use] = Number(process.env[variable] ?? standard + choice.offset);
    await mustBeFree(name, chosen[use], variable);
  }
  return chosen;
};

const mustBeFree = async (service: string, port: number, variable: string): Promise<void> => {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new LaunchProblem(`${port} is no port for ${service}.`, `Set ${variable} to a number between 1 and 65535.`);
  if (!(await isFree(port)))
    throw new LaunchProblem(`Port ${port}, meant for ${service}, is in use.`, `Choose --port-offset, or another port with ${variable}.`);
};

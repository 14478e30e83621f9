import { namePrefix } from '@plexica/plugin-kit';
import { type Finding, problem } from '../finding.ts';
import type { CoreContract } from './core-contract.ts';

/** `analytics` itself or `analyticsReport`, never `analyticsreport`: where a prefix ends must be seen. */
const beginsWith = (prefix: string, name: string): boolean => name === prefix || new RegExp(`^${prefix}[A-Z0-9_]`).test(name);

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

export const checkTypeName = (id: string, name: string): Finding[] => {
  const prefix = capital(namePrefix(id));
  return beginsWith(prefix, name) ? [] : [problem('NAME_PREFIX', name, `Types of the plugin ${id} begin with ${prefix}.`)];
};

export const checkFieldName = (id: string, place: string, name: string): Finding[] => {
  const prefix = namePrefix(id);
  return beginsWith(prefix, name) ? [] : [problem('NAME_PREFIX', place, `Fields of the plugin ${id} begin with ${prefix}.`)];
};

/** Two plugins whose prefixes begin alike could claim each other's names. */
export const checkRivals = (id: string, others: readonly string[]): Finding[] => {
  const own = namePrefix(id).toLowerCase();
  return others
    .filter((other) => other !== id)
    .filter((other) => own.startsWith(namePrefix(other).toLowerCase()) || namePrefix(other).toLowerCase().startsWith(own))
    .map((other) => problem('ID_PREFIX', 'id', `The prefix of ${id} and that of ${other} begin alike.`));
};

/** A plugin called like a subgraph of the core would be handed that subgraph's tokens; one called like its types could claim their names. */
export const checkReserved = (id: string, { subgraphs, types, rootFields }: CoreContract): Finding[] => {
  if (subgraphs.has(id)) return [problem('ID_RESERVED', 'id', `${id} is a subgraph of the core.`)];
  const prefix = namePrefix(id);
  const taken =
    [...types.keys()].find((name) => beginsWith(capital(prefix), name)) ?? [...rootFields].find((name) => beginsWith(prefix, name));
  return taken ? [problem('ID_RESERVED', 'id', `The core has a name that begins with ${prefix}: ${taken}.`)] : [];
};

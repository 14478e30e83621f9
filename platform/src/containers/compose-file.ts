import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
const text = readFileSync(`${root}docker-compose.yml`, 'utf8');

const serviceSchema = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string().or(z.number())).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  restart: z.string(),
});

const fileSchema = z.object({ services: z.record(z.string(), serviceSchema), volumes: z.record(z.string(), z.unknown()) });

/** `docker-compose.yml` as compose reads it with these variables. Throws, as compose does, where a required one is missing. */
export const composeFile = (variables: Readonly<Record<string, string>>) => {
  const filled = (word: string): string =>
    word.replace(/\$\$|\$\{([A-Z_]+)(?:(:-|:\?)([^}]*))?\}|\$/g, (found, name?: string, operator?: string, otherwise = '') => {
      if (found === '$') throw new Error(`A dollar that compose can't read, in: ${word}`);
      if (!name) return found.slice(1);
      const value = variables[name];
      if (!value && operator === ':?') throw new Error(`${name} is missing: ${otherwise}`);
      return value || otherwise;
    });
  const everywhere = (node: unknown): unknown => {
    if (typeof node === 'string') return filled(node);
    if (Array.isArray(node)) return node.map(everywhere);
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, everywhere(value)]));
  };
  return fileSchema.parse(everywhere(parse(text, { merge: true })));
};

/** The variables it can't do without. */
export const requiredVariables = (): string[] => [...new Set([...text.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => String(name)))];

/** Those it has an answer for. */
export const optionalVariables = (): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/\$\{([A-Z_]+):-([^}]*)\}/g)].map(([, name, otherwise]) => [String(name), String(otherwise)]));

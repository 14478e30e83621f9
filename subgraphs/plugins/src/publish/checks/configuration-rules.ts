import type { PluginManifest } from '@plexica/plugin-kit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Finding, problem } from '../finding.ts';

type Schema = NonNullable<PluginManifest['configuration']>;

/** The configuration’s JSON Schema is one, of an object, whose secrets can be told apart. */
export const checkConfiguration = ({ configuration }: Pick<PluginManifest, 'configuration'>): Finding[] => {
  if (!configuration) return [];
  if (configuration.type !== 'object')
    return [problem('CONFIGURATION_SCHEMA', 'configuration', 'The configuration is a JSON Schema of type object.')];
  return [...checkSchema(configuration), ...checkSecrets(configuration)];
};

const checkSchema = (schema: Schema): Finding[] => {
  try {
    new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    return [];
  } catch (error) {
    return [problem('CONFIGURATION_SCHEMA', 'configuration', error instanceof Error ? error.message : String(error))];
  }
};

/** Secrets are sealed value by value at the top; one further down would be kept and shown as it is. */
const checkSecrets = ({ properties = {}, ...rest }: Schema): Finding[] => {
  const below = Object.values(properties as Record<string, object>).map((property) => ({ ...property, writeOnly: undefined }));
  return mentionsSecret([rest, below])
    ? [
        problem(
          'CONFIGURATION_SECRET',
          'configuration',
          '`writeOnly` stands at properties of the configuration itself, not deeper, and not behind a $ref.',
        ),
      ]
    : [];
};

const mentionsSecret = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  (('writeOnly' in node && node.writeOnly === true) || Object.values(node).some(mentionsSecret));

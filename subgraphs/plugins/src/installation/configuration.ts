import { Validator } from '@cfworker/json-schema';
import type { Vault } from '@plexica/foundation';
import { DomainError, type PluginManifest } from '@plexica/plugin-kit';

type Values = Record<string, unknown>;

export interface StoredConfiguration {
  /** What admins may read back. */
  readonly configuration: Values;
  /** `writeOnly` values, sealed; null when there are none. */
  readonly secrets: string | null;
}

/**
 * Fits values to the plugin's schema: defaults filled in, rules checked (CONFIGURATION_INVALID with the path), secrets
 * sealed away from what can be read. A secret that is not sent again stays as it was.
 */
export const fitConfiguration = (
  manifest: Pick<PluginManifest, 'configuration'>,
  values: Values,
  vault: Vault,
  before?: StoredConfiguration,
): StoredConfiguration => {
  const schema = (manifest.configuration ?? { type: 'object', additionalProperties: false }) as JsonSchema;
  const kept = before?.secrets ? (JSON.parse(vault.open(before.secrets)) as Values) : {};
  const whole = { ...defaultsOf(schema), ...kept, ...values };
  const { valid, errors } = new Validator(schema as object, '2020-12', false).validate(whole);
  if (!valid) {
    const worst = errors.at(-1);
    const path = (worst?.instanceLocation ?? '#').split('/').slice(1);
    const message = `${path.length ? `${path.join('.')}: ` : ''}${worst?.error ?? 'The configuration does not fit.'}`;
    throw new DomainError('CONFIGURATION_INVALID', { message, path: ['input', 'configuration', ...path] });
  }
  const secret = (name: string) => schema.properties?.[name]?.writeOnly === true;
  const entries = Object.entries(whole);
  const secrets = entries.filter(([name]) => secret(name));
  return {
    configuration: Object.fromEntries(entries.filter(([name]) => !secret(name))),
    secrets: secrets.length ? vault.seal(JSON.stringify(Object.fromEntries(secrets))) : null,
  };
};

/** With secrets opened, for the plugin's own service alone. */
export const openConfiguration = ({ configuration, secrets }: StoredConfiguration, vault: Vault): Values => ({
  ...configuration,
  ...(secrets ? (JSON.parse(vault.open(secrets)) as Values) : {}),
});

interface JsonSchema {
  readonly properties?: Readonly<Record<string, { readonly default?: unknown; readonly writeOnly?: boolean }>>;
}

const defaultsOf = ({ properties = {} }: JsonSchema): Values =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => (property.default === undefined ? [] : [[name, property.default]])),
  );

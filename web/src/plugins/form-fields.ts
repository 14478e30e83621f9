import { Validator } from '@cfworker/json-schema';

/** One input of a configuration form, read from the plugin's JSON Schema. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly kind: 'text' | 'secret' | 'number' | 'boolean' | 'choice';
  readonly choices?: readonly string[];
  readonly required: boolean;
  readonly min?: number;
  readonly max?: number;
}

interface Property {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly writeOnly?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

const kindOf = ({ type, enum: choices, writeOnly }: Property): FormField['kind'] => {
  if (writeOnly) return 'secret';
  if (choices) return 'choice';
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'boolean' : 'text';
};

export const fieldsOf = (schema: unknown): FormField[] => {
  const { properties = {}, required = [] } = (schema ?? {}) as ObjectSchema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    label: property.title ?? name,
    help: property.description,
    kind: kindOf(property),
    choices: property.enum,
    required: required.includes(name),
    min: property.minimum,
    max: property.maximum,
  }));
};

/** What the form starts from: the values there are, else the schema's defaults. */
export const startingValues = (schema: unknown, values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const { properties = {} } = (schema ?? {}) as ObjectSchema;
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, values[name] ?? property.default]));
};

/** Only what was filled in: an empty secret stays as it is on the server. */
export const filledValues = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '' && value !== null));

/** What does not fit, by field; the server checks again. */
export const problemsOf = (schema: unknown, values: Readonly<Record<string, unknown>>): Record<string, string> => {
  const { errors } = new Validator((schema ?? {}) as object, '2020-12', false).validate(filledValues(values));
  return Object.fromEntries(
    errors
      .filter(({ instanceLocation }) => instanceLocation !== '#')
      .map(({ instanceLocation, error }) => [instanceLocation.replace(/^#\//, ''), error]),
  );
};

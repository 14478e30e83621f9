import type { ErrorCode } from '@plexica/schema';
import { type GraphQLSchema, parse } from 'graphql';
import { isResultObject, type ResultObject } from '../execute/result-object.ts';
import {
  type SubgraphAnswer,
  type SubgraphCaller,
  type SubgraphConnection,
  type SubgraphError,
  type SubgraphOperation,
  SubgraphUnavailableError,
} from '../execute/subgraph-connection.ts';
import { isNestedWithin, scalarLevels } from '../nesting.ts';
import { createTextCache } from '../text-cache.ts';
import { type AskedField, type AskedObject, isPossible, readAsked } from './asked-selection.ts';

const faultsAtMost = 10;
/** Of one answer; what a plugin has to say beyond is not told. */
const errorsAtMost = 100;
/** Of one error, in characters and steps: it may be told again at each of many places. */
const messageAtMost = 1_000;
const extensionsAtMost = 4_000;
const codeAtMost = 64;
const pathAtMost = 100;
/** Codes that speak of a whole request, which a plugin can't know of: clients and proxies would act on them. */
const ofRequests: ReadonlySet<string> = new Set<ErrorCode>(['SERVICE_UNAVAILABLE', 'PERSISTED_QUERY_NOT_FOUND']);

/**
 * What a plugin says beyond what it was asked is dropped, and so is an object that calls itself by a type which can't stand there.
 * Answers are merged into what others said of the same objects, and decide what else is fetched of them, so a plugin could speak for
 * the core otherwise.
 */
export const createAskedFields = () => {
  const known = new WeakMap<object, ReturnType<typeof createTextCache<AskedObject>>>();
  const withoutSchema = {};
  const askedBy = (query: string, schema: GraphQLSchema | undefined): AskedObject => {
    const owner = schema ?? withoutSchema;
    const texts = known.get(owner) ?? createTextCache<AskedObject>();
    known.set(owner, texts);
    const asked = texts.get(query) ?? readAsked(parse(query, { noLocation: true }), schema);
    texts.set(query, asked);
    return asked;
  };

  return (connection: SubgraphConnection): SubgraphConnection => {
    const kept = (answer: SubgraphAnswer, { query, variables = {} }: SubgraphOperation, { schema }: SubgraphCaller): SubgraphAnswer => {
      try {
        return keptOf(answer, askedBy(query, schema), { variables, schema });
      } catch (error) {
        // Lists within lists beyond what any stack holds.
        throw new SubgraphUnavailableError(connection.name, 'it answered something that is not GraphQL', { cause: error });
      }
    };
    return {
      ...connection,
      request: async (operation, caller) => kept(await connection.request(operation, caller), operation, caller),
      async *subscribe(operation, caller, opened) {
        for await (const event of connection.subscribe(operation, caller, opened)) yield kept(event, operation, caller);
      },
    };
  };
};

interface Question {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly schema: GraphQLSchema | undefined;
}

const keptOf = (answer: SubgraphAnswer, asked: AskedObject, { variables, schema }: Question): SubgraphAnswer => {
  const faults: SubgraphError[] = [];
  const path: (string | number)[] = [];

  const field = (value: unknown, what: AskedField): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (what === 'scalar' || what === 'typename')
      return isNestedWithin(value, scalarLevels) ? value : fault('a value that is nested too deep');
    const representations = what.represented === undefined ? undefined : variables[what.represented];
    return Array.isArray(representations) ? entities(value, what, representations) : objects(value, what);
  };

  const objects = (value: unknown, what: AskedObject): unknown => {
    if (!Array.isArray(value)) return isResultObject(value) ? object(value, what) : value;
    for (let at = 0; at < value.length; at += 1) {
      if (typeof value[at] !== 'object') continue;
      path.push(at);
      value[at] = objects(value[at], what);
      path.pop();
    }
    return value;
  };

  /** Each of the type it was asked for as. */
  const entities = (value: unknown, what: AskedObject, representations: readonly unknown[]): unknown => {
    if (!Array.isArray(value)) return objects(value, what);
    for (let at = 0; at < value.length; at += 1) {
      const { __typename: represented } = (representations[at] ?? {}) as ResultObject;
      path.push(at);
      const entity = value[at];
      value[at] = isResultObject(entity) ? object(entity, what, typeof represented === 'string' ? represented : undefined) : null;
      path.pop();
    }
    return value;
  };

  const object = (value: ResultObject, what: AskedObject, represented?: string): ResultObject | null => {
    let typename = represented;
    for (const key of what.typenames) {
      const said = value[key];
      if (said === undefined) continue;
      if (!(represented === undefined ? what.mayBe(said) : isRepresented(schema, represented, said)))
        return fault('an object of a type that can’t stand here');
      typename = String(said);
    }
    const fields = what.fields(typename);
    for (const key of Object.keys(value)) {
      const each = fields.get(key);
      if (each === undefined) {
        delete value[key];
      } else if (typeof value[key] === 'object') {
        path.push(key);
        value[key] = field(value[key], each);
        path.pop();
      }
    }
    return value;
  };

  const fault = (what: string): null => {
    const message = `The plugin answered ${what}.`;
    if (faults.length < faultsAtMost) faults.push({ message, path: [...path], extensions: { code: 'PLUGIN_UNAVAILABLE' } });
    return null;
  };

  if (isResultObject(answer.data)) object(answer.data, asked);
  const told = errorsOf(answer, asked);
  return told || faults.length ? { ...answer, errors: [...(told ?? []), ...faults] } : answer;
};

/** As many as anybody reads, each at a place that the plugin was asked about or at none. */
const errorsOf = ({ errors }: SubgraphAnswer, asked: AskedObject): readonly SubgraphError[] | undefined => {
  if (!Array.isArray(errors)) return undefined;
  const fields = asked.fields();
  return errors.slice(0, errorsAtMost).map((error: unknown): SubgraphError => {
    const { message, path, extensions } = isResultObject(error) ? error : ({} as ResultObject);
    const known = Array.isArray(path) && path.length <= pathAtMost && fields.has(String(path[0])) && path.every(isStep);
    return {
      message: typeof message === 'string' ? message.slice(0, messageAtMost) : '',
      ...(known && { path }),
      ...(isResultObject(extensions) && { extensions: toldOf(extensions) }),
    };
  });
};

const isStep = (part: unknown): part is string | number =>
  typeof part === 'number' || (typeof part === 'string' && part.length <= messageAtMost);

/** All of them, or the code alone where there is more than anybody reads. */
const toldOf = (extensions: ResultObject): ResultObject => {
  const { code } = extensions;
  const plain = typeof code === 'string' ? { code: ofRequests.has(code) ? 'PLUGIN_UNAVAILABLE' : code.slice(0, codeAtMost) } : {};
  return isShort(extensions) ? { ...extensions, ...plain } : plain;
};

const isShort = (extensions: ResultObject): boolean => {
  try {
    return JSON.stringify(extensions).length <= extensionsAtMost;
  } catch {
    // Lists within lists beyond what any stack holds.
    return false;
  }
};

const isRepresented = (schema: GraphQLSchema | undefined, represented: string, typename: unknown): boolean => {
  const type = schema?.getType(represented);
  return schema && type ? isPossible(schema, type, typename) : typename === represented;
};

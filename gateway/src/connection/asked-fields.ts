import { Kind, parse, type SelectionSetNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { fragmentsOf } from '../document/fragments.ts';
import { isResultObject } from '../execute/result-object.ts';
import { type SubgraphAnswer, type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';

/** By response key: what is asked of the object there; undefined where nothing is, as of a scalar. */
type Asked = Map<string, Asked | undefined>;

const textsAtMost = 2_000;

/**
 * What a plugin says beyond what it was asked is dropped. Answers are merged into what others said of the same objects,
 * so a plugin could speak for the core otherwise.
 */
export const createAskedFields = () => {
  const known = new LRUCache<string, Asked>({ max: textsAtMost });
  const askedBy = (query: string): Asked => {
    const asked = known.get(query) ?? readAsked(query);
    known.set(query, asked);
    return asked;
  };

  return (connection: SubgraphConnection): SubgraphConnection => {
    const kept = (answer: SubgraphAnswer, query: string): SubgraphAnswer => {
      try {
        keepAsked(answer.data, askedBy(query));
        return answer;
      } catch (error) {
        // Lists within lists beyond what any stack holds.
        throw new SubgraphUnavailableError(connection.name, 'it answered something that is not GraphQL', { cause: error });
      }
    };
    return {
      ...connection,
      request: async (operation, caller) => kept(await connection.request(operation, caller), operation.query),
      async *subscribe(operation, caller, opened) {
        for await (const event of connection.subscribe(operation, caller, opened)) yield kept(event, operation.query);
      },
    };
  };
};

const keepAsked = (value: unknown, asked: Asked): void => {
  if (Array.isArray(value)) {
    for (const item of value) keepAsked(item, asked);
  } else if (isResultObject(value)) {
    for (const key of Object.keys(value)) {
      const nested = asked.get(key);
      if (nested) keepAsked(value[key], nested);
      else if (!asked.has(key)) delete value[key];
    }
  }
};

const readAsked = (query: string): Asked => {
  const document = parse(query, { noLocation: true });
  const fragments = fragmentsOf(document);
  const asked: Asked = new Map();
  const read = ({ selections }: SelectionSetNode, into: Asked): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        // Fragments on different types may ask for different things under one name; together they are what may be there.
        const nested = node.selectionSet && (into.get(key) ?? new Map());
        into.set(key, nested ?? into.get(key));
        if (node.selectionSet && nested) read(node.selectionSet, nested);
      } else {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
        if (fragment) read(fragment.selectionSet, into);
      }
    }
  };
  for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) read(node.selectionSet, asked);
  return asked;
};

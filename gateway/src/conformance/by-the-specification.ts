import { type DocumentNode, type ExecutionResult, execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Composed, compose } from '../execute/test/composed.ts';
import { reader, subgraphOf, type World } from './world.ts';

/** Subgraphs by name, and what they know. Made anew for each execution, since mutations change it. */
export interface Fixture {
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly world: () => World;
  /** Whether the type definitions are given their `@link`; false for those that bring their own, or are of Federation 1. */
  readonly federation?: boolean;
}

/** An operation, alone or with its variables. */
export type Case = string | readonly [query: string, variables: Readonly<Record<string, unknown>>];

export const composed = ({ subgraphs, federation }: Fixture, world: World): Composed =>
  compose(Object.fromEntries(Object.entries(subgraphs).map(([name, typeDefs]) => [name, subgraphOf(typeDefs, world, federation)])));

/** What the specification's own executor answers, on the API schema, knowing everything itself. */
export const specified = async (
  { supergraph: { apiSchema } }: Composed,
  world: World,
  document: DocumentNode,
  variableValues?: object,
): Promise<ExecutionResult> =>
  execute({
    schema: apiSchema,
    document,
    variableValues: variableValues as Record<string, unknown>,
    fieldResolver: reader(world),
    typeResolver: (value: { readonly __typename?: string }) => value.__typename,
  });

/** An answer as the specification lets it be compared: fields in order, errors in any. */
export const essence = ({ data, errors }: ExecutionResult) => ({
  data: JSON.stringify(data ?? null),
  errors: (errors ?? []).map(({ message, path }) => `${path?.join('.')}: ${message}`).toSorted(),
});

/** One group of cases over one fixture. */
export const conforms = (group: string, fixture: Fixture, cases: Readonly<Record<string, Case>>): void => {
  describe(`by the specification: ${group}`, () => {
    it.each(Object.entries(cases))('%s', async (_, given) => {
      const [query, variables] = typeof given === 'string' ? [given, undefined] : given;
      const [ourWorld, theirs] = [fixture.world(), fixture.world()];
      const ours = composed(fixture, ourWorld);

      const answer = await ours.ours(query, variables as Record<string, unknown> | undefined);

      expect(essence(answer)).toEqual(essence(await specified(ours, theirs, parse(query), variables)));
    });
  });
};

import { type DocumentNode, findBreakingChanges, findDangerousChanges, Kind, parse, print } from 'graphql';
import { apiSchemaOf } from '../../supergraph/api-schema.ts';
import { type Finding, problem } from '../finding.ts';

/**
 * The last look, at what came out: with the plugin the core's API is what it was without it. Holds also against what no
 * single rule foresaw.
 */
export const checkCoreUnchanged = (without: string, together: string): Finding[] => {
  const [before, after] = [apiSchemaOf(without), apiSchemaOf(together)];
  const changes = [...findBreakingChanges(before, after), ...findDangerousChanges(before, after)];
  return [
    ...changes.map(({ description }) => problem('CORE_CHANGED', 'sdl', `With this plugin the core would change: ${description}`)),
    ...guardsThatDiffer(parse(without), parse(together)).map((place) =>
      problem('CORE_CHANGED', place, 'With this plugin the core would be guarded otherwise.'),
    ),
  ];
};

const guards = new Set(['authenticated', 'requiresScopes', 'policy', 'tag', 'inaccessible', 'cost', 'listSize', 'deprecated']);

const guardsThatDiffer = (without: DocumentNode, together: DocumentNode): string[] => {
  const after = guardsOf(together);
  return [...guardsOf(without)].filter(([place, said]) => after.get(place) !== said).map(([place]) => place);
};

const guardsOf = (supergraph: DocumentNode): Map<string, string> => {
  const said = new Map<string, string>();
  const note = (place: string, { directives = [] }: { readonly directives?: readonly { readonly name: { readonly value: string } }[] }) => {
    const printed = directives.filter(({ name }) => guards.has(name.value)).map((directive) => print(directive as never));
    said.set(place, printed.sort().join(' '));
  };
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION || !('name' in definition) || !definition.name || !('directives' in definition))
      continue;
    const name = definition.name.value;
    note(name, definition);
    const parts = 'fields' in definition ? definition.fields : 'values' in definition ? definition.values : [];
    for (const part of parts ?? []) note(`${name}.${part.name.value}`, part);
  }
  return said;
};

import { Kind, parse } from 'graphql';

/** Name and URL of each subgraph, as the supergraph has them. */
export const subgraphUrls = (sdl: string): ReadonlyMap<string, string> => {
  const urls = new Map<string, string>();
  for (const definition of parse(sdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { directives = [] } of definition.values ?? []) {
      const { name, url } = Object.fromEntries(
        (directives.find((directive) => directive.name.value === 'join__graph')?.arguments ?? []).map((argument) => [
          argument.name.value,
          argument.value.kind === Kind.STRING ? argument.value.value : '',
        ]),
      );
      if (name) urls.set(name, url ?? '');
    }
  }
  return urls;
};

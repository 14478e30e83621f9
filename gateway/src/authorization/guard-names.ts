import { type ConstDirectiveNode, type DocumentNode, Kind, parse, valueFromASTUntyped } from 'graphql';

const guard = /\/(authenticated|requiresScopes|policy)\/v\d/;

/** Guards are read by their own names. A supergraph that calls one otherwise is refused, or nobody would enforce it. */
export const refuseRenamedGuards = (sdl: string): void => {
  for (const link of linksOf(parse(sdl, { noLocation: true }))) {
    const { url, as: name, import: imports } = argumentsOf(link);
    const own = typeof url === 'string' ? url.match(guard)?.[1] : undefined;
    if (!own) continue;
    const renamed = name !== undefined && name !== null && name !== own ? name : renamedImport(imports);
    if (renamed) throw new Error(`The supergraph calls @${own} ${String(renamed)}; guards keep their own names.`);
  }
};

const linksOf = ({ definitions }: DocumentNode): readonly ConstDirectiveNode[] =>
  definitions
    .flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : []))
    .filter(({ name }) => name.value === 'link');

const argumentsOf = (directive: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries((directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));

const renamedImport = (imports: unknown): unknown =>
  (Array.isArray(imports) ? imports : []).find((each) => typeof each === 'object' && each !== null && each.as && each.as !== each.name)?.as;

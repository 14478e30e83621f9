import type { PluginManifest } from '@plexica/plugin-kit';
import { parse } from 'pgsql-parser';
import { type Finding, problem } from '../finding.ts';
import { migrationFunctions } from './migration-functions.ts';

/** Additive statements; the queries inside them may read. */
const statements = new Set([
  'CreateStmt',
  'IndexStmt',
  'AlterTableStmt',
  'CreateEnumStmt',
  'AlterEnumStmt',
  'InsertStmt',
  'UpdateStmt',
  'ViewStmt',
]);
const inner = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt']);
const alterations = new Set([
  'AT_AddColumn',
  'AT_ColumnDefault',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_AddConstraint',
  'AT_ValidateConstraint',
  'AT_AddIdentity',
]);
/** The ledger of applied migrations is in the same schema. */
const reserved = new Set(['migration']);

/** Read by PostgreSQL's own parser. The database holds a plugin to its schema in any case; this says so before it is installed anywhere. */
export const checkMigrations = async ({ migrations }: Pick<PluginManifest, 'migrations'>): Promise<Finding[]> => {
  const findings = await Promise.all(migrations.map(({ name, sql }) => checkOne(name, sql)));
  const names = migrations.map(({ name }) => name);
  const disordered = names.some((name, index) => index > 0 && name <= (names[index - 1] ?? ''));
  return [
    ...findings.flat(),
    ...(disordered ? [problem('MIGRATION_ORDER', 'migrations', 'Migrations are ordered by name, each name once.')] : []),
  ];
};

const checkOne = async (name: string, sql: string): Promise<Finding[]> => {
  const place = `migrations.${name}`;
  try {
    const { stmts = [] } = (await parse(sql)) as { stmts?: { stmt: Node }[] };
    return stmts.flatMap(({ stmt }) => {
      const [kind = ''] = Object.keys(stmt);
      return statements.has(kind) ? [...within(stmt)].map(([code, hint]) => problem(code, place, hint)) : [forbidden(place, kind)];
    });
  } catch (error) {
    return [problem('MIGRATION_INVALID', place, error instanceof Error ? error.message : String(error))];
  }
};

const forbidden = (place: string, kind: string): Finding =>
  problem(
    'MIGRATION_FORBIDDEN',
    place,
    `${kind.replace(/Stmt$/, '')} is not for plugins: migrations add tables, columns, indexes, types and rows of their own.`,
  );

type Node = Readonly<Record<string, unknown>>;
type Fault = readonly [code: string, hint: string];

/** Looks at every part of a statement, at any depth. */
function* within(node: unknown): Generator<Fault> {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const child of node) yield* within(child);
    return;
  }
  yield* ofNode(node as Node);
  for (const [kind, child] of Object.entries(node)) {
    if (/^[A-Z]\w*Stmt$/.test(kind) && typeof child === 'object' && !statements.has(kind) && !inner.has(kind))
      yield ['MIGRATION_FORBIDDEN', `${kind.replace(/Stmt$/, '')} is not additive.`];
    yield* within(child);
  }
}

function* ofNode(node: Node): Generator<Fault> {
  const { schemaname, catalogname, relname, subtype, tablespacename, tableSpace, concurrent } = node;
  if (schemaname || catalogname) yield ['MIGRATION_SCHEMA', `Name no schema: ${String(schemaname ?? catalogname)} is not yours.`];
  if (typeof relname === 'string' && relname.startsWith('pg_')) yield ['MIGRATION_SCHEMA', `${relname} is PostgreSQL’s own.`];
  if (typeof relname === 'string' && reserved.has(relname)) yield ['MIGRATION_RESERVED', `A table of the platform is called ${relname}.`];
  if (tablespacename || tableSpace) yield ['MIGRATION_FORBIDDEN', 'Where tables are kept is the platform’s business.'];
  if (concurrent) yield ['MIGRATION_FORBIDDEN', 'A migration is one transaction: make the index without CONCURRENTLY.'];
  if (typeof subtype === 'string' && subtype.startsWith('AT_') && !alterations.has(subtype))
    yield ['MIGRATION_NOT_ADDITIVE', `${subtype.slice(3)} is not additive.`];
  for (const key of ['funcname', 'names', 'collname', 'opclass', 'typeName'] as const) yield* ofName(key, node[key]);
}

function* ofName(key: string, parts: unknown): Generator<Fault> {
  if (!Array.isArray(parts)) return;
  const names = parts.map((part: { readonly String?: { readonly sval?: string } }) => part.String?.sval ?? '');
  const last = names.at(-1) ?? '';
  if (names.length > 1 && names[0] !== 'pg_catalog') yield ['MIGRATION_SCHEMA', `Name no schema: ${names.join('.')} is not yours.`];
  if (key === 'funcname' && !migrationFunctions.has(last)) yield ['MIGRATION_FUNCTION', `The function ${last} is not for migrations.`];
  if (key === 'names' && /^reg[a-z]+$/.test(last)) yield ['MIGRATION_FORBIDDEN', `${last} looks into PostgreSQL’s catalogs.`];
}

import type { PluginManifest } from '@plexica/plugin-kit';
import { parse } from 'pgsql-parser';
import { type Finding, problem } from '../finding.ts';

/** Additive statements in the plugin's own schema; read by PostgreSQL's own parser. */
const allowed = new Set([
  'CreateStmt',
  'IndexStmt',
  'AlterTableStmt',
  'CreateEnumStmt',
  'AlterEnumStmt',
  'InsertStmt',
  'UpdateStmt',
  'CommentStmt',
  'CreateSeqStmt',
  'ViewStmt',
]);
const forbiddenAlterations = new Set([
  'AT_DropColumn',
  'AT_ChangeOwner',
  'AT_EnableTrig',
  'AT_DisableTrig',
  'AT_SetTableSpace',
  'AT_DropConstraint',
]);

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
    const { stmts = [] } = (await parse(sql)) as { stmts?: { stmt: Record<string, unknown> }[] };
    return stmts.flatMap(({ stmt }) => {
      const [kind = ''] = Object.keys(stmt);
      if (!allowed.has(kind))
        return [
          problem(
            'MIGRATION_FORBIDDEN',
            place,
            `${kind.replace(/Stmt$/, '')} is not for plugins: migrations add tables, columns, indexes, types and rows of their own.`,
          ),
        ];
      return [...foreignSchemas(stmt, place), ...alterations(stmt, place)];
    });
  } catch (error) {
    return [problem('MIGRATION_INVALID', place, error instanceof Error ? error.message : String(error))];
  }
};

/** Any name with a schema in front, at any depth: a plugin has one schema, and never names it. */
const foreignSchemas = (node: unknown, place: string): Finding[] => {
  if (typeof node !== 'object' || node === null) return [];
  const own =
    'schemaname' in node && node.schemaname
      ? [problem('MIGRATION_SCHEMA', place, `Names no schema; ${String(node.schemaname)} is not yours.`)]
      : [];
  return [...own, ...Object.values(node).flatMap((child) => foreignSchemas(child, place))];
};

const alterations = (stmt: Record<string, unknown>, place: string): Finding[] => {
  const cmds = ((stmt.AlterTableStmt as { cmds?: { AlterTableCmd?: { subtype?: string } }[] } | undefined)?.cmds ?? []).map(
    ({ AlterTableCmd }) => AlterTableCmd?.subtype ?? '',
  );
  return cmds
    .filter((subtype) => forbiddenAlterations.has(subtype))
    .map((subtype) => problem('MIGRATION_NOT_ADDITIVE', place, `${subtype.replace('AT_', '')} is not additive.`));
};

import { readdirSync, writeFileSync } from 'node:fs';

// `pnpm db:generate <subgraph> <what-it-does>`: the next migration of a subgraph, to be filled in and named in its persistence.ts.
const [subgraph = '', title = ''] = process.argv.slice(2);
const folder = new URL(`../../../subgraphs/${subgraph}/src/migrations/`, import.meta.url);
if (!['tenancy', 'identity', 'plugins'].includes(subgraph) || !/^[a-z][a-z0-9-]+$/.test(title)) {
  console.error('Usage: pnpm db:generate <tenancy|identity|plugins> <what-it-does>, for example: pnpm db:generate identity add-phone');
  process.exit(1);
}
const newest = Math.max(0, ...readdirSync(folder).map((name) => Number(name.slice(0, 4)) || 0));
const number = String(newest + 1).padStart(4, '0');
const file = `${number}-${title}.ts`;
writeFileSync(
  new URL(file, folder),
  `import type { SqlMigration } from '@plexica/foundation/database';

export const ${subgraph}${number}: SqlMigration = {
  name: '${number}-${title}',
  sql: \`
  \`,
};
`,
);
console.log(
  `subgraphs/${subgraph}/src/migrations/${file}: write its SQL, then add it to sharedMigrations or tenantMigrations in persistence.ts.`,
);

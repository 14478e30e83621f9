export { type EmbeddedPostgres, type EmbeddedPostgresOptions, PostgresUnreachable, startEmbeddedPostgres } from './embedded-postgres.ts';
export { stopLeftover } from './leftover.ts';

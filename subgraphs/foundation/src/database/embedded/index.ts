export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  freePort,
  PostgresUnreachable,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
export { stopLeftover } from './leftover.ts';

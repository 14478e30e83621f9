export {
  barrierToPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  freePort,
  PostgresUnreachable,
  type PreparedPostgres,
  preparePostgres,
  type SpawnedPostgres,
  spawnEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
export { stopLeftover } from './leftover.ts';

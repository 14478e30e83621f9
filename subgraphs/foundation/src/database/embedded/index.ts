export {
  barrierToPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  PostgresUnreachable,
  type PreparedPostgres,
  preparePostgres,
  type SpawnedPostgres,
  spawnEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
export { stopLeftover } from './leftover.ts';

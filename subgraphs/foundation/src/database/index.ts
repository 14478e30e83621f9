export { bootstrapCluster, bootstrapNeighbour, type ClusterLogins, type ClusterOptions, loginUrl } from './cluster.ts';
export { createDatabase, type DatabaseOptions } from './create-database.ts';
export * from './database.ts';
export * from './embedded/index.ts';
export { AuditEntry, PlatformAuditEntry } from './foundation.entities.ts';
export { type SchemaDifference, schemaDifference } from './schema-difference.ts';

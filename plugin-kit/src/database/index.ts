/** What a plugin needs to describe its tables; the same MikroORM that the platform uses. */
export { defineEntity, type EntityManager, LockMode, p } from '@mikro-orm/postgresql';

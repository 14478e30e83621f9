// What a launcher needs first. It loads in a moment, so that PostgreSQL comes up while the rest is loaded.
export * from './database/embedded/index.ts';
export { createLogger } from './telemetry/logger.ts';

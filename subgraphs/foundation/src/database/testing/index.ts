export * from './built.ts';
export * from './test-database.ts';

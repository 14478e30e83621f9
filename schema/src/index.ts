export * from './errors.ts';
export * from './events.ts';
export * from './permissions.ts';
export * from './tenant-slug.ts';

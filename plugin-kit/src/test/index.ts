export * from '@plexica/platform/testing';

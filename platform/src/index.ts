export { embeddedEnvironment } from './assembly/embedded-environment.ts';
export { createPlatform, type Platform, type PlatformOptions } from './assembly/platform.ts';

// All that takes long to load, in one place for a launcher that starts with something else.
export { firstAdmin } from '../admin/first-admin.ts';
export { embeddedEnvironment } from '../assembly/embedded-environment.ts';
export { createPlatform } from '../assembly/platform.ts';
export { runDemo } from '../demo/run-demo.ts';

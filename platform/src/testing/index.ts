export type { Answer, Client } from '../client/client.ts';
export { createClient, signIn } from '../client/client.ts';
export { mutate } from '../client/mutate.ts';
export { answerMatchers } from './matchers.ts';
export type { TenantClient } from './tenant-client.ts';
export { startTestPlatform, type TestPlatform, type TestPlatformOptions, type TestTenant } from './test-platform.ts';

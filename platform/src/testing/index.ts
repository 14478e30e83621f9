export type { Answer, Client } from '../client/client.ts';
export { createClient, signIn } from '../client/client.ts';
export { mutate } from '../client/mutate.ts';
export { answerMatchers } from './matchers.ts';
export { startTestPlatform, type TenantClient, type TestPlatform, type TestPlatformOptions, type TestTenant } from './test-platform.ts';

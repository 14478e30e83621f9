export type { Course } from './course.ts';
export { type SubscribeOptions, type Subscription, subscribe } from './subscribe.ts';
export { createUpstreams, type Upstreams } from './upstreams.ts';

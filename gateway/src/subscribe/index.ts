export { type SubscribeOptions, subscribe } from './subscribe.ts';

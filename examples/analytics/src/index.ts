export { default as analytics } from './plugin.ts';

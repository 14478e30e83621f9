import { session } from '@/session/session.ts';
import { createPluginTokens } from './create-plugin-tokens.ts';

/** What components of a plugin ask with, for who is signed in. */
export const pluginToken = createPluginTokens({ session, fetch: (...request) => fetch(...request) });

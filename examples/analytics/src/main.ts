import { servePlugin } from '@plexica/plugin-kit';
import analytics from './plugin.ts';

await servePlugin(analytics);

import type { Logger } from 'pino';
import type { EdgeEnvironment } from '../config/config.ts';
import { createInProcessSharedState } from './in-process-shared-state.ts';
import type { SharedState } from './shared-state.ts';

export const openSharedState = async (
  { STATE_URL: url, PLEXICA_INSTALLATION: installation }: Pick<EdgeEnvironment, 'STATE_URL' | 'PLEXICA_INSTALLATION'>,
  log: Logger,
): Promise<SharedState> => {
  if (!url.startsWith('redis')) return createInProcessSharedState();
  const { createRedisSharedState } = await import('./redis-shared-state.ts');
  return createRedisSharedState({ url, installation }, log);
};

const patienceMs = 2_000;

/** Resolves when a plugin's service says that it is well. */
export const pingService = async (pluginFetch: typeof globalThis.fetch, url: string): Promise<void> => {
  const response = await pluginFetch(`${url}/_plexica/health`, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`The service answered ${response.status}.`);
};

import type { Dependency } from '@plexica/foundation';
import type { RemoteSubgraph } from '@plexica/gateway';

/** Where each core subgraph runs. */
export type CoreUrls = Readonly<Record<'tenancy' | 'identity' | 'plugins', string>>;

const patienceMs = 2_000;

/** The core subgraphs as a gateway calls them and watches them. */
export const coreServices = (urls: CoreUrls) => {
  const dependency = ([name, url]: readonly [string, string]): Dependency => ({
    name,
    async ping() {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(patienceMs) });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`${name} answered ${response.status}.`);
    },
  });
  const [tenancy, ...others] = Object.entries(urls).map(dependency);
  return {
    subgraphs: Object.entries(urls).map(([name, url]): RemoteSubgraph => ({ name, url: `${url}/graphql` })),
    /** As far as a gateway without a database can tell: tenancy is ready while it reaches PostgreSQL. */
    database: { name: 'postgres', ping: async () => tenancy?.ping() },
    others: async () => others,
  };
};

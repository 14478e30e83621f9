import type { SigningKeys } from '@plexica/foundation';
import { anonymous, internalTokenHeader, toTokenPayload } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { z } from 'zod';
import type { TenantState } from './tenant-state.ts';

interface TenancyAddress {
  /** GraphQL endpoint of the tenancy subgraph. */
  readonly url: string;
  readonly keys: SigningKeys;
}

const query = 'query ($slug: String!) { tenantBySlug(slug: $slug) { id slug status } }';
const answerSchema = z.object({
  data: z.object({ tenantBySlug: z.object({ id: z.string(), slug: z.string(), status: z.string() }).nullable() }),
});
const patienceMs = 5000;

/** Asks the owner of tenants, where it runs as another process, with an internal token made for it alone. */
export const tenantStatusOverHttp =
  ({ url, keys }: TenancyAddress) =>
  async (slug: string): Promise<TenantState | undefined> => {
    const token = await keys.sign(toTokenPayload({ ...anonymous, roles: [superAdmin] }), { audience: 'tenancy', expiresInSeconds: 60 });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [internalTokenHeader]: token },
      body: JSON.stringify({ query, variables: { slug } }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const answer = answerSchema.parse(await response.json());
    return answer.data.tenantBySlug ?? undefined;
  };

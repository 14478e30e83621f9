import type { DirectoryNotice, FilterChain } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { anonymous, type Claims } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { graphql, parse, subscribe } from 'graphql';
import { v7 } from 'uuid';
import { createTenancySubgraph, createTenantDirectory, type ProvisioningDeps, registerTenancyOperations } from '../src/index.ts';
import { aHome } from './a-home.ts';
import { startFoundation, storedOnboarding } from './foundation.ts';

export const platformAdmin: Claims = {
  ...anonymous,
  user: { id: '00000000-0000-7000-8000-0000000000aa', email: 'root@plexica.test', displayName: 'Root' },
  roles: [superAdmin],
  permissions: ['*'],
};

type Parts = Pick<ProvisioningDeps, 'onboarding' | 'plugins' | 'identity' | 'storage'>;

/** The tenancy subgraph on a database of its own, with working operations. Parts may be replaced by ones that misbehave. */
export const aTenancy = async (replace: (real: Parts) => Partial<Parts> = () => ({})) => {
  const home = await aHome();
  const foundation = await startFoundation(home.variables);
  const deps = { ...foundation, onboarding: storedOnboarding(foundation) };
  registerTenancyOperations({ ...deps, ...replace(deps) });
  await foundation.operations.work();
  const notices: DirectoryNotice[] = [];
  const heard = collect(foundation.pubsub.subscribe('directory'), notices);
  const subgraph = createTenancySubgraph(foundation);

  const contextFor = (claims: Claims) => subgraph.contextFor({ claims, requestId: v7() });
  const ask = async (claims: Claims, source: string, variableValues: Record<string, unknown> = {}) => {
    const { data, errors } = await graphql({ schema: subgraph.schema, source, variableValues, contextValue: await contextFor(claims) });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    return { data: data as any, codes: errors?.map(({ extensions, message }) => extensions.code ?? message) };
  };
  const create = async (input: Record<string, unknown>) => {
    const { data } = await ask(platformAdmin, createMutation, { input: { name: 'A tenant', adminEmail: 'admin@acme.test', ...input } });
    return data.createTenant;
  };
  return {
    foundation,
    directory: createTenantDirectory(foundation),
    notices,
    ask,
    create,
    async active(slug: string): Promise<TenantKey> {
      const { tenant, operation, userErrors } = await create({ slug });
      if (userErrors.length) throw new Error(userErrors[0].message);
      await foundation.operations.settled(operation.id);
      return { id: tenant.id, slug };
    },
    follow: async (claims: Claims, id: string) =>
      subscribe({
        schema: subgraph.schema,
        document: parse(`subscription { operationProgress(id: "${id}") { id status progress error steps { name status } } }`),
        contextValue: await contextFor(claims),
      }),
    useFilters: (chain: FilterChain) => foundation.useFilters(chain),
    rows: <Row>(sql: string, values: unknown[] = []): Promise<Row[]> => foundation.database.platform((em) => em.execute(sql, values)),
    /** What people did in the tenant, as its own audit log has it. */
    auditOf: ({ slug }: TenantKey) =>
      home.column(`select action || ' by ' || actor_email from tenant_${slug}.audit_entry where actor_email is not null order by at`),
    async [Symbol.asyncDispose]() {
      await foundation.stop();
      await heard;
      await home[Symbol.asyncDispose]();
    },
  };
};

export const claimsIn = ({ id, slug }: TenantKey, permissions: readonly string[] = ['*']): Claims => ({
  ...anonymous,
  tenant: { id, slug },
  user: { id: '00000000-0000-7000-8000-0000000000bb', email: `admin@${slug}.test`, displayName: 'Ada Admin' },
  permissions,
});

const createMutation = `mutation ($input: CreateTenantInput!) {
  createTenant(input: $input) {
    tenant { id slug name status version }
    operation { id kind status progress steps { name status } }
    invitationUrl
    userErrors { code message path }
  }
}`;

const collect = async <T>(source: AsyncIterable<T>, into: T[]): Promise<void> => {
  const iterator = source[Symbol.asyncIterator]();
  void (async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) into.push(next.value);
  })();
};

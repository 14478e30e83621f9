import { ref } from 'vue';
import { LogoutDocument, RefreshSessionDocument, TenantSignInDocument } from '@/generated/graphql.ts';
import { client } from '@/graphql/client.ts';
import { type ApiSession, type ApiSessionLife, session } from '@/session/session.ts';

const life: ApiSessionLife = {
  async refresh(refreshToken) {
    // Whoever sends a token of their own waits for this one.
    const context = { anonymous: true };
    const { data } = await client.mutate({ mutation: RefreshSessionDocument, variables: { input: { refreshToken } }, context });
    if (!data?.refreshSession.session) throw new Error('The session has ended.');
    return data.refreshSession.session;
  },
  end: () => client.mutate({ mutation: LogoutDocument }),
};

const realmOf = async (slug: string) => {
  const { data } = await client.query({ query: TenantSignInDocument, variables: { slug }, fetchPolicy: 'no-cache' });
  return data?.tenantSignIn && { slug, ...data.tenantSignIn };
};

/** Finds the tenant's issuer and goes there; one comes back to `to`. */
export const useSignIn = () => {
  const problem = ref<'unknown' | 'failed'>();
  const working = ref(false);
  return {
    problem,
    working,
    async go(slug: string, to: string): Promise<void> {
      working.value = true;
      problem.value = undefined;
      try {
        const found = await realmOf(slug);
        if (found) await session.signIn(found, to);
        else problem.value = 'unknown';
      } catch {
        problem.value = 'failed';
      } finally {
        working.value = false;
      }
    },
    /** In already: the API opened the session. */
    async enter(slug: string, opened: ApiSession): Promise<void> {
      const found = await realmOf(slug);
      if (!found) throw new Error('There is no such tenant.');
      session.adopt(found, opened, life);
    },
  };
};

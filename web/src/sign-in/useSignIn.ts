import { ref } from 'vue';
import { TenantSignInDocument } from '@/generated/graphql.ts';
import { client } from '@/graphql/client.ts';
import { session } from '@/session/session.ts';

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
        const { data } = await client.query({ query: TenantSignInDocument, variables: { slug }, fetchPolicy: 'no-cache' });
        const found = data?.tenantSignIn;
        if (found) await session.signIn({ slug, ...found }, to);
        else problem.value = 'unknown';
      } catch {
        problem.value = 'failed';
      } finally {
        working.value = false;
      }
    },
  };
};

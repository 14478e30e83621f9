import { grants, platformRealm } from '@plexica/schema';
import { computed } from 'vue';
import { MeDocument } from '@/generated/graphql.ts';
import { client } from '@/graphql/client.ts';
import { useQuery } from '@/graphql/operations.ts';
import { session } from './session.ts';

/** Who is signed in, and what they may do here. */
export const useSession = () => {
  const { data, loading } = useQuery(MeDocument, {});
  const me = computed(() => data.value?.me ?? undefined);
  const isPlatform = computed(() => session.realm.value?.slug === platformRealm);
  return {
    me,
    loading,
    isPlatform,
    tenant: computed(() => data.value?.tenant ?? undefined),
    tenantSlug: computed(() => session.realm.value?.slug ?? ''),
    /** The server decides; this keeps what would be refused out of sight. */
    can: (permission: string) => grants(me.value?.permissions ?? [], permission),
    async signOut() {
      await session.signOut();
      await client.clearStore();
    },
  };
};

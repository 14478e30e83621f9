import { computed } from 'vue';
import { InstallationChangedDocument, type InstallationPartsFragment, InstallationsDocument } from '@/generated/graphql.ts';
import { client } from '@/graphql/client.ts';
import { useQuery, useSubscription } from '@/graphql/operations.ts';
import { useSession } from '@/session/useSession.ts';

export type Installation = InstallationPartsFragment;

/** The tenant's installations, live: what anybody changes shows here. */
export const useInstallations = () => {
  const { isPlatform } = useSession();
  const { data, loading, error, refetch } = useQuery(InstallationsDocument, {}, { enabled: () => !isPlatform.value });
  useSubscription(
    InstallationChangedDocument,
    () => (isPlatform.value ? undefined : {}),
    ({ installationChanged }) => keep(installationChanged),
  );
  const installations = computed<readonly Installation[]>(() => data.value?.installations ?? []);
  return {
    installations,
    active: computed(() => installations.value.filter(({ status }) => status === 'ACTIVE')),
    loading,
    error,
    refetch,
  };
};

// A known one is updated by its id; a new one joins the list.
const keep = (changed: Installation): void => {
  client.cache.updateQuery({ query: InstallationsDocument }, (known) => {
    if (!known || known.installations.some(({ id }) => id === changed.id)) return known;
    return { installations: [...known.installations, changed] };
  });
};

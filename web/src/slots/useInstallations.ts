import { computed, watch } from 'vue';
import { InstallationChangedDocument, type InstallationPartsFragment, InstallationsDocument } from '@/generated/graphql.ts';
import { client } from '@/graphql/client.ts';
import { useQuery, useSubscription } from '@/graphql/operations.ts';
import { useSession } from '@/session/useSession.ts';

export type Installation = InstallationPartsFragment;

const onTheirWay: ReadonlySet<string> = new Set(['INSTALLING', 'UPGRADING', 'UNINSTALLING']);
const lookAgainMs = 2_000;

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
  // An answer that was asked for earlier may arrive after the event that ends it all; nothing would tell any more.
  const underWay = computed(() => installations.value.some(({ status }) => onTheirWay.has(status)));
  watch(
    underWay,
    (isUnderWay, _, onCleanup) => {
      if (!isUnderWay) return;
      const timer = setInterval(() => void refetch(), lookAgainMs);
      onCleanup(() => clearInterval(timer));
    },
    { immediate: true },
  );
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

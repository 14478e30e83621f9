import { computed, type MaybeRefOrGetter, ref, toValue, watch } from 'vue';
import {
  DisableUserDocument,
  EnableUserDocument,
  SendPasswordResetDocument,
  type UserPartsFragment,
  UsersDocument,
} from '@/generated/graphql.ts';
import { useMutation, useQuery } from '@/graphql/operations.ts';

const page = 20;

/** The tenant's users that match the search; grows by pages. */
export const useUsers = (search: MaybeRefOrGetter<string>) => {
  const first = ref(page);
  watch(
    () => toValue(search),
    () => {
      first.value = page;
    },
  );
  const { data, loading, error, refetch } = useQuery(UsersDocument, () => ({
    first: first.value,
    filter: toValue(search) ? { search: toValue(search) } : null,
  }));
  const { run: disable } = useMutation(DisableUserDocument);
  const { run: enable } = useMutation(EnableUserDocument);
  const { run: sendReset } = useMutation(SendPasswordResetDocument);
  return {
    users: computed(() => data.value?.users.edges.map(({ node }) => node) ?? []),
    total: computed(() => data.value?.users.totalCount ?? 0),
    hasMore: computed(() => (data.value?.users.pageInfo.hasNextPage ?? false) && first.value < 100),
    more: () => {
      first.value = Math.min(first.value + page, 100);
    },
    /** Answers what went wrong, in words. */
    async toggle({ id, status, version }: UserPartsFragment): Promise<string | undefined> {
      const input = { id, version };
      const outcome = status === 'DISABLED' ? (await enable({ input })).enableUser : (await disable({ input })).disableUser;
      return outcome.userErrors[0]?.message;
    },
    /** Answers what went wrong, in words. */
    async reset({ id }: UserPartsFragment): Promise<string | undefined> {
      return (await sendReset({ input: { id } })).sendPasswordReset.userErrors[0]?.message;
    },
    loading,
    error,
    refetch,
  };
};

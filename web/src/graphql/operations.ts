import type { OperationVariables } from '@apollo/client';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type MaybeRefOrGetter, onScopeDispose, ref, type ShallowRef, shallowRef, toValue, watch } from 'vue';
import { client } from './client.ts';

/** A query as a page sees it; follows the cache. */
export interface Query<Data> {
  readonly data: Readonly<ShallowRef<Data | undefined>>;
  readonly loading: Readonly<ShallowRef<boolean>>;
  readonly error: Readonly<ShallowRef<Error | undefined>>;
  refetch(): Promise<void>;
}

export const useQuery = <Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables?: MaybeRefOrGetter<Variables>,
  options: { readonly enabled?: MaybeRefOrGetter<boolean> } = {},
): Query<Data> => {
  const data = shallowRef<Data>();
  const loading = shallowRef(true);
  const error = shallowRef<Error>();
  let stop = () => {};
  let again = async () => {};

  const start = () => {
    stop();
    loading.value = true;
    const observable = client.watchQuery<Data, Variables>({
      query: document,
      variables: toValue(variables) as never,
      fetchPolicy: 'cache-and-network',
      errorPolicy: 'all',
      notifyOnNetworkStatusChange: true,
    });
    const subscription = observable.subscribe((result) => {
      if (result.data !== undefined) data.value = result.data as Data;
      error.value = result.error;
      loading.value = result.loading;
    });
    stop = () => subscription.unsubscribe();
    again = async () => void (await observable.refetch().catch(() => {}));
  };
  watch([() => JSON.stringify(toValue(variables)), () => toValue(options.enabled) ?? true], ([, enabled]) => (enabled ? start() : stop()), {
    immediate: true,
  });
  onScopeDispose(() => stop());
  return { data, loading, error, refetch: () => again() };
};

export const useMutation = <Data, Variables extends OperationVariables>(document: TypedDocumentNode<Data, Variables>) => {
  const running = ref(false);
  return {
    running,
    /** User errors are in the data; anything else rejects. */
    async run(variables: Variables): Promise<Data> {
      running.value = true;
      try {
        const { data } = await client.mutate<Data, Variables>({ mutation: document, variables: variables as never });
        if (!data) throw new Error('The server answered nothing.');
        return data as Data;
      } finally {
        running.value = false;
      }
    },
  };
};

/** Calls back for every event until the component is gone; a broken connection is made anew. */
export const useSubscription = <Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: MaybeRefOrGetter<Variables | undefined>,
  onData: (data: Data) => void,
): void => {
  let stop = () => {};
  watch(
    () => toValue(variables),
    (current) => {
      stop();
      if (current === undefined) return;
      const subscription = client.subscribe<Data, Variables>({ query: document, variables: current as never }).subscribe({
        next: (result) => result.data && onData(result.data as Data),
        error: () => {},
      });
      stop = () => subscription.unsubscribe();
    },
    { immediate: true },
  );
  onScopeDispose(() => stop());
};

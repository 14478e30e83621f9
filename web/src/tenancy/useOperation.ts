import { computed, type MaybeRefOrGetter, shallowRef, toValue, watch } from 'vue';
import { OperationProgressDocument, type OperationProgressSubscription } from '@/generated/graphql.ts';
import { useSubscription } from '@/graphql/operations.ts';

export type OperationNow = OperationProgressSubscription['operationProgress'];

/** A durable operation, live. */
export const useOperation = (id: MaybeRefOrGetter<string>) => {
  const operation = shallowRef<OperationNow>();
  watch(
    () => toValue(id),
    () => {
      operation.value = undefined;
    },
  );
  useSubscription(
    OperationProgressDocument,
    () => ({ id: toValue(id) }),
    ({ operationProgress }) => {
      operation.value = operationProgress;
    },
  );
  const status = computed(() => operation.value?.status);
  return {
    operation,
    done: computed(() => status.value === 'SUCCEEDED'),
    failed: computed(() => status.value === 'COMPENSATED' || status.value === 'FAILED'),
  };
};

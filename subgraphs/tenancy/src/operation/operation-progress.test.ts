import { createInProcessPubSub, type OperationRecord, type OperationStatus } from '@plexica/foundation';
import { describe, expect, it } from 'vitest';
import { aTenancy, claimsIn, platformAdmin } from '../../test/a-tenancy.ts';
import { operationProgress } from './operation-progress.ts';

const inStatus = (status: OperationStatus): OperationRecord => ({
  id: 'o1',
  tenantId: 't1',
  kind: 'TENANT_PROVISION',
  status,
  steps: [],
  error: null,
  startedAt: null,
  finishedAt: null,
});

/** An operation that the test moves on, with or without telling. */
const anOperation = (rereadMs = 60_000) => {
  const pubsub = createInProcessPubSub({ warn: () => {} } as never);
  let current: OperationRecord | undefined = inStatus('PENDING');
  let onRead = () => {};
  const reader = {
    find: async () => {
      const found = current;
      onRead();
      return found;
    },
  };
  return {
    move: (status: OperationStatus) => {
      current = inStatus(status);
    },
    tell: () => pubsub.publish('operation.o1', { operationId: 'o1' }),
    lose: () => {
      current = undefined;
    },
    duringRead: (then: () => void) => {
      onRead = then;
    },
    follow: () => operationProgress('o1', { pubsub, reader, rereadMs }),
  };
};

const all = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const seen: T[] = [];
  for await (const item of stream) seen.push(item);
  return seen;
};

const statuses = async (stream: AsyncIterable<OperationRecord>) => (await all(stream)).map(({ status }) => status);

describe('following an operation', () => {
  it('sees the present state, every later one, and ends after the last', async () => {
    const operation = anOperation();
    const stream = (await operation.follow())[Symbol.asyncIterator]();
    expect((await stream.next()).value.status).toBe('PENDING');

    operation.move('RUNNING');
    operation.tell();
    expect((await stream.next()).value.status).toBe('RUNNING');

    operation.move('SUCCEEDED');
    operation.tell();
    expect((await stream.next()).value.status).toBe('SUCCEEDED');
    expect((await stream.next()).done).toBe(true);
  });

  it('misses nothing that happens while the first state is read', async () => {
    const operation = anOperation();
    operation.duringRead(() => {
      operation.duringRead(() => {});
      operation.move('SUCCEEDED');
      operation.tell();
    });
    expect(await statuses(await operation.follow())).toEqual(['PENDING', 'SUCCEEDED']);
  });

  it('finds the end without any notice', async () => {
    const operation = anOperation(20);
    operation.duringRead(() => operation.move('FAILED'));
    expect(await statuses(await operation.follow())).toEqual(['PENDING', 'FAILED']);
  });

  it('repeats no state', async () => {
    const operation = anOperation(5);
    const stream = await operation.follow();
    setTimeout(() => operation.move('SUCCEEDED'), 50);
    expect(await statuses(stream)).toEqual(['PENDING', 'SUCCEEDED']);
  });

  it('is not possible for one that is not there', async () => {
    const operation = anOperation();
    operation.lose();
    await expect(operation.follow()).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' });
  });

  it('stops at once when the watcher leaves, whether it waited or never began', async () => {
    const operation = anOperation();
    const waiting = (await operation.follow())[Symbol.asyncIterator]();
    await waiting.next();
    const pending = waiting.next();
    await waiting.return?.();
    expect((await pending).done).toBe(true);

    const unread = (await operation.follow())[Symbol.asyncIterator]();
    expect((await unread.return?.())?.done).toBe(true);
  });

  it('shows each step of a provisioning to the platform, and a stranger none', async () => {
    await using tenancy = await aTenancy();
    const globex = await tenancy.active('globex');
    const { operation } = await tenancy.create({ slug: 'acme' });

    expect(await tenancy.follow(claimsIn(globex), operation.id)).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_NOT_FOUND' } }],
    });
    const stream = (await tenancy.follow(platformAdmin, operation.id)) as AsyncIterable<{
      data: { operationProgress: { status: string; progress: number } };
    }>;
    const seen = (await all(stream)).map(({ data }) => data.operationProgress);

    expect(seen.at(-1)).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.map(({ progress }) => progress)).toEqual(seen.map(({ progress }) => progress).sort());
  });
});

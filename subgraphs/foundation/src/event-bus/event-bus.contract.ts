import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { largestEventBytes, recordOutbox } from '../database/record-outbox.ts';
import { aTestDatabase, type TestDatabase } from '../database/testing/test-database.ts';
import { openBus, until } from './event-bus.test-support.ts';

/** What stands behind the bus, and how it is taken away for a moment. */
export interface Backing {
  /** `EVENTS_URL`. */
  url(): string;
  /** Everything is away and then back; nothing is stopped on our side. */
  interrupt(test: TestDatabase): Promise<void>;
}

/** What any EventBus keeps, whatever it stands on. */
export const eventBusContract = (name: string, backing: Backing): void => {
  describe(`the event bus on ${name}`, () => {
    const aPlace = async () => {
      const test = await aTestDatabase();
      const place = { url: test.url, installation: test.installation, eventsUrl: backing.url() };
      return {
        test,
        open: () => openBus(place),
        record: (tenantId: string, ...numbers: number[]) =>
          test.database.platform((em) =>
            recordOutbox(
              em,
              numbers.map((number) => anEvent(tenantId, { number })),
            ),
          ),
        /** A process of its own, that notes in a table what it handled. */
        spawn: (options: { group: string; hangAt?: number }) => startProcess({ ...place, notes: superuserUrlIn(test), ...options }),
        notes: () => new pg.Pool({ connectionString: superuserUrlIn(test), max: 2 }),
        [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
      };
    };

    it('hands over the events of each tenant in the order of their commits, each once', async () => {
      await using place = await aPlace();
      await using opened = await place.open();
      const seen = new Map<string, number[]>();
      await opened.bus.consume('all', async ({ tenantid, data }) => void push(seen, tenantid, data));
      const tenants = Array.from({ length: 6 }, () => v7());

      await Promise.all(tenants.map((tenant) => inTurn(40, (number) => place.record(tenant, number))));

      await until('all events seen', () => tenants.every((tenant) => seen.get(tenant)?.length === 40));
      for (const tenant of tenants) expect(seen.get(tenant)).toEqual(numbersTo(40));
    });

    it('hands every event to every group', async () => {
      await using place = await aPlace();
      const tenant = v7();
      await place.record(tenant, 0, 1, 2);
      await using opened = await place.open();
      const seen = new Map<string, number[]>();
      for (const group of ['one', 'other']) await opened.bus.consume(group, async ({ data }) => void push(seen, group, data));

      await place.record(tenant, 3);

      await until('both groups saw all', () => ['one', 'other'].every((group) => seen.get(group)?.length === 4));
      expect(seen.get('one')).toEqual([0, 1, 2, 3]);
      expect(seen.get('other')).toEqual([0, 1, 2, 3]);
    });

    it('shares the events of a group among those who consume in its name', async () => {
      await using place = await aPlace();
      const buses = [await place.open(), await place.open()];
      const seen = new Map<string, number[]>();
      for (const { bus } of buses) await bus.consume('shared', async ({ tenantid, data }) => void push(seen, tenantid, data));
      const tenants = Array.from({ length: 8 }, () => v7());

      await Promise.all(tenants.map((tenant) => inTurn(20, (number) => place.record(tenant, number))));

      await until('all events seen', () => tenants.every((tenant) => seen.get(tenant)?.length === 20));
      for (const tenant of tenants) expect(seen.get(tenant)).toEqual(numbersTo(20));
      await Promise.all(buses.map((bus) => bus.stop()));
    });

    it('hands an event over again when the process that was at it is killed, and none of those before', async () => {
      await using place = await aPlace();
      const tenant = v7();
      await using notes = await aTable(place.notes());
      const killed = await place.spawn({ group: 'crash', hangAt: 5 });
      await place.record(tenant, ...numbersTo(10));
      await until('the process hangs in the fifth event', async () => (await notes.seen()).length === 5);

      killed.kill('SIGKILL');
      await once(killed, 'exit');

      await using opened = await place.open();
      const seen: number[] = [];
      await opened.bus.consume('crash', async ({ sequence }) => void seen.push(Number(sequence)));
      await until('the rest is seen', () => seen.length === 6, 60_000);
      expect(seen).toEqual([5, 6, 7, 8, 9, 10]);
    });

    it('neither loses nor reorders anything while processes are killed and others take over', async () => {
      await using place = await aPlace();
      await using notes = await aTable(place.notes());
      const tenants = Array.from({ length: 5 }, () => v7());
      const processes = [await place.spawn({ group: 'churn' }), await place.spawn({ group: 'churn' })];
      const recording = Promise.all(tenants.map((tenant) => inTurn(120, (number) => place.record(tenant, number))));

      for (const share of [0.2, 0.5]) {
        await until(`${share} of the events seen`, async () => (await notes.seen()).length > share * 600, 60_000);
        processes.shift()?.kill('SIGKILL');
        processes.push(await place.spawn({ group: 'churn' }));
      }
      await recording;

      const whole = async () => new Set((await notes.seen()).map(({ tenant, sequence }) => `${tenant} ${sequence}`));
      await until('every event was seen', async () => (await whole()).size === 600, 90_000);
      for (const process of processes) process.kill('SIGKILL');
      const seen = await notes.seen();
      for (const tenant of tenants) {
        const inOrder = seen.filter((note) => note.tenant === tenant).map(({ sequence }) => sequence);
        // An event may come again after a kill, and then before all later ones.
        expect(inOrder.filter((sequence, index) => sequence !== inOrder[index - 1])).toEqual(numbersTo(120).map((number) => number + 1));
      }
    });

    it('hands a failed event over again while later ones of its tenant wait, and those of others do not', async () => {
      await using place = await aPlace();
      const [failing, ...others] = Array.from({ length: 30 }, () => v7()) as [string, ...string[]];
      let healed = false;
      const seen = new Map<string, number[]>();
      await using opened = await place.open();
      await opened.bus.consume('failing', async ({ tenantid, data }) => {
        const { number } = data as { number: number };
        if (tenantid === failing && number === 1 && !healed) throw new Error('not yet');
        push(seen, tenantid, data);
      });

      await place.record(failing, 0, 1, 2, 3);
      await until('the first is seen', () => seen.get(failing)?.length === 1);
      for (const tenant of others) await place.record(tenant, 0, 1);
      await place.record(failing, 4);

      await until('the others are through', () => others.every((tenant) => seen.get(tenant)?.length === 2));
      expect(seen.get(failing)).toEqual([0]);
      healed = true;
      await until('the failing one is through', () => seen.get(failing)?.length === 5);
      expect(seen.get(failing)).toEqual([0, 1, 2, 3, 4]);
      await place.record(failing, 5);
      await until('it goes on', () => seen.get(failing)?.length === 6);
    });

    it('lets a slow tenant hold up nobody else', async () => {
      await using place = await aPlace();
      const [slow, ...others] = Array.from({ length: 30 }, () => v7()) as [string, ...string[]];
      const gate = Promise.withResolvers<void>();
      const seen = new Map<string, number[]>();
      await using opened = await place.open();
      await opened.bus.consume('slow', async ({ tenantid, data }) => {
        if (tenantid === slow) await gate.promise;
        push(seen, tenantid, data);
      });

      await place.record(slow, 0, 1, 2);
      for (const tenant of others) await place.record(tenant, 0);

      await until('the others are through', () => others.every((tenant) => seen.get(tenant)?.length === 1));
      expect(seen.get(slow)).toBeUndefined();
      gate.resolve();
      await until('the slow one is through', () => seen.get(slow)?.length === 3);
      expect(seen.get(slow)).toEqual([0, 1, 2]);
    });

    it('carries an event of the largest size whole, and refuses a larger one with its change', async () => {
      await using place = await aPlace();
      await using opened = await place.open();
      const tenant = v7();
      const largest = { text: 'é'.repeat((largestEventBytes - '{"text":""}'.length) / 2) };
      const seen: unknown[] = [];
      await opened.bus.consume('large', async ({ data }) => void seen.push(data));
      const record = (data: Record<string, unknown>) => place.test.database.platform((em) => recordOutbox(em, [anEvent(tenant, data)]));

      await expect(record({ text: `${largest.text}éé` })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
      await record(largest);

      await until('it is seen', () => seen.length === 1);
      expect(seen).toEqual([largest]);
    });

    it('goes on by itself after what it stands on was away', async () => {
      await using place = await aPlace();
      await using opened = await place.open();
      const tenants = [v7(), v7(), v7()];
      const seen = new Map<string, number[]>();
      await opened.bus.consume('back', async ({ tenantid, data }) => void push(seen, tenantid, data));
      for (const tenant of tenants) await place.record(tenant, 0, 1);
      await until('all is well before', () => tenants.every((tenant) => seen.get(tenant)?.length === 2));

      const interrupted = backing.interrupt(place.test);
      for (const number of [2, 3, 4]) for (const tenant of tenants) await insist(() => place.record(tenant, number));
      await interrupted;
      for (const tenant of tenants) await insist(() => place.record(tenant, 5));

      // The event that was at hand may have come twice.
      const distinct = (tenant: string) => [...new Set(seen.get(tenant))];
      await until('all is seen', () => tenants.every((tenant) => distinct(tenant).length === 6), 60_000);
      for (const tenant of tenants) expect(distinct(tenant)).toEqual(numbersTo(6));
    });

    it('measures how many events a group has yet to see', async () => {
      await using place = await aPlace();
      await using opened = await place.open();
      const unseen = async () => {
        const { values } = (await opened.metrics.getSingleMetric('plexica_events_unseen')?.get()) ?? { values: [] };
        return values.find(({ labels }) => labels.group === 'measured')?.value;
      };
      let healed = false;
      await opened.bus.consume('measured', () => (healed ? Promise.resolve() : Promise.reject(new Error('not yet'))));

      await place.record(v7(), 0, 1);
      await place.record(v7(), 0);

      expect(await unseen()).toBe(3);
      healed = true;
      await until('all are seen', async () => (await unseen()) === 0);
    });

    it('finishes the event at hand when it is stopped, and begins no other', async () => {
      await using place = await aPlace();
      const opened = await place.open();
      const tenant = v7();
      const begun = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const ended: number[] = [];
      await opened.bus.consume('stop', async ({ data }) => {
        begun.resolve();
        await gate.promise;
        ended.push((data as { number: number }).number);
      });
      await place.record(tenant, 0, 1, 2);
      await begun.promise;

      const stopping = opened.stop();
      gate.resolve();
      await stopping;

      expect(ended).toEqual([0]);
      await using again = await place.open();
      const seen: number[] = [];
      await again.bus.consume('stop', async ({ data }) => void seen.push((data as { number: number }).number));
      await until('the rest is seen', () => seen.length === 2);
      expect(seen).toEqual([1, 2]);
    });

    it('drops old events that every group has seen, and no others', async () => {
      await using place = await aPlace();
      await using opened = await place.open();
      const tenant = v7();
      const seen: string[] = [];
      await opened.bus.consume('reader', async ({ sequence }) => void seen.push(sequence));
      let tries = 0;
      const blocked = await opened.bus.consume('blocked', async () => {
        tries += 1;
        throw new Error('never');
      });
      await place.record(tenant, 0, 1);
      await until('one group saw all', () => seen.length === 2);
      await until('the other tried', () => tries > 0);

      expect(await opened.store.forget(0)).toBe(0);

      await blocked.stop();
      await opened.bus.consume('blocked', async () => {});
      let dropped = 0;
      await until('both are dropped', async () => {
        dropped += await opened.store.forget(0);
        return dropped >= 2;
      });
      expect(dropped).toBe(2);
    });

    it('keeps nothing readable of a tenant whose events were erased, and goes on with later ones', async () => {
      await using place = await aPlace();
      await using opened = await place.open();
      const [erased, other] = [v7(), v7()];
      const early: string[] = [];
      await opened.bus.consume('early', async ({ sequence }) => void early.push(sequence));
      await place.record(erased, 0, 1, 2);
      await place.record(other, 0);
      await until('they were sent', () => early.length === 4);

      await opened.bus.erase(erased);
      await place.record(erased, 3);

      const seen = new Map<string, number[]>();
      await opened.bus.consume('late', async ({ tenantid, data }) => void push(seen, tenantid, data));
      await until('what is left is seen', () => seen.size === 2);
      await until('nothing is left', async () => (await opened.store.lag('late')) === 0);
      expect(seen.get(erased)).toEqual([3]);
      expect(seen.get(other)).toEqual([0]);
    });
  });
};

const anEvent = (tenantId: string, data: Record<string, unknown>) => ({
  id: v7(),
  tenantId,
  kind: 'event' as const,
  name: 'role.created',
  data,
});

const push = (seen: Map<string, number[]>, key: string, data: unknown): void => {
  const numbers = seen.get(key) ?? [];
  seen.set(key, numbers);
  numbers.push((data as { number: number }).number);
};

const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

const inTurn = async (count: number, work: (number: number) => Promise<void>): Promise<void> => {
  for (const number of numbersTo(count)) await work(number);
};

/** As a caller who was told to try again. */
const insist = async (work: () => Promise<void>): Promise<void> => {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (failures > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

interface Note {
  readonly tenant: string;
  readonly sequence: number;
}

/** Where processes note what they handled. */
const aTable = async (pool: pg.Pool) => {
  await pool.query('create table if not exists seen (place bigserial, tenant uuid, sequence int, whole boolean)');
  return {
    seen: async (): Promise<Note[]> => (await pool.query<Note>('select tenant, sequence from seen order by place')).rows,
    [Symbol.asyncDispose]: () => pool.end(),
  };
};

const root = fileURLToPath(new URL('../../../..', import.meta.url));

const startProcess = async (options: object): Promise<ChildProcess> => {
  const script = fileURLToPath(new URL('./event-consumer.test-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions', 'development', script, JSON.stringify(options)], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: `${root}/tsconfig.json` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
};

const superuserUrlIn = ({ superuserUrl, installation }: TestDatabase): string =>
  Object.assign(new URL(superuserUrl), { pathname: `/${installation}` }).href;

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnswerError, createClient, signIn } from '../client/client.ts';
import { mutate } from '../client/mutate.ts';
import { type DistributedPlatform, startDistributedPlatform } from '../testing/distributed-platform.ts';
import { notes } from '../testing/notes-plugin.ts';
import { aComponent, onlyRegistered, withOperations } from '../testing/plugin-component.ts';
import { servePluginFor } from '../testing/serve-plugin-for.ts';
import { withPlugins } from '../testing/tenant-client.ts';
import { aWaitingPlugin } from '../testing/waiting-plugin.ts';

const password = 'plexica-demo';
const question = '{ tenant { name notes } me { email } }';

interface Used {
  readonly usedOperations: { readonly edges: readonly { readonly node: { readonly name: string | null; readonly calls: number } }[] };
}

const until = async <T>(look: () => Promise<T>, right: (seen: T) => boolean, withinMs: number): Promise<number> => {
  const started = performance.now();
  for (;;) {
    const seen = await look();
    const ms = Math.round(performance.now() - started);
    if (right(seen)) return ms;
    if (ms > withinMs) throw new Error(`Not within ${withinMs} ms: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** A tenant provisioned by the worker, and its admin at each gateway. */
const aTenant = async ({ gateways, run }: DistributedPlatform, slug: string) => {
  const [first = '', second = ''] = gateways;
  await run('create-admin', ['--email', 'root@plexica.test']);
  const root = await signIn(first, 'plexica', 'root@plexica.test', password);
  const made = await mutate<{ operation: { id: string }; invitationUrl: string }>(
    root,
    'createTenant',
    { slug, name: 'Acme', adminEmail: 'admin@acme.test', adminDisplayName: 'Ada' },
    'operation { id } invitationUrl',
  );
  const status = () => root.query<{ operation: { status: string } }>(`{ operation(id: "${made.operation.id}") { status } }`);
  await until(status, ({ data }) => data?.operation.status === 'SUCCEEDED', 10_000);
  const token = new URL(made.invitationUrl).searchParams.get('token');
  await mutate(createClient({ url: second, tenantSlug: slug }), 'acceptInvitation', { token, password }, 'session { expiresIn }');
  const [atFirst, atSecond] = await Promise.all(gateways.map((url) => signIn(url, slug, 'admin@acme.test', password)));
  if (!atFirst || !atSecond) throw new Error('unreachable');
  return { root, admin: withPlugins(atFirst), atSecond };
};

/**
 * What holds of the parts as processes of their own, whatever stands behind their interfaces. Six processes take a while to start:
 * one platform serves all tests, and the last one ends it.
 */
export const distributedContract = (name: string, variables: () => Readonly<Record<string, string>> = () => ({})): void => {
  describe(`every part as a process of its own, ${name}`, () => {
    let platform: DistributedPlatform;
    let tenant: Awaited<ReturnType<typeof aTenant>>;
    beforeAll(async () => {
      platform = await startDistributedPlatform({ variables: variables() });
      tenant = await aTenant(platform, 'acme');
    });
    afterAll(() => platform[Symbol.asyncDispose]());

    it('provisions, signs in, and switches a tenant on both gateways', async () => {
      const { root, admin, atSecond } = tenant;
      const stopPlugin = await servePluginFor(root, platform.gateways[0] ?? '', withOperations(notes, ['{ tenant { name } }']));
      try {
        await admin.install('notes');
        expect(await atSecond.query(question)).toFailWith('GRAPHQL_VALIDATION_FAILED');

        await admin.activate('notes');

        const answered = (answer: { errors?: unknown }) => !answer.errors;
        const ms = await Promise.all([admin, atSecond].map((client) => until(() => client.query(question), answered, 2_000)));
        console.log(`both gateways answer the new supergraph after ${ms.join(' and ')} ms`);
        await signIn(platform.gateways[0] ?? '', 'acme', 'admin@acme.test', password);
        const counted = (answer: { data?: { tenant: { notes: number } } | null }) => answer.data?.tenant.notes === 1;
        await until(() => atSecond.query<{ tenant: { notes: number } }>(question), counted, 5_000);
      } finally {
        await stopPlugin();
      }
    });

    it('lets a component of a plugin ask at one gateway what its version came with, by a token of the other', async () => {
      const [first = '', second = ''] = platform.gateways;
      const { admin } = tenant;
      await onlyRegistered(admin);
      try {
        const ask = await aComponent(second, admin, 'notes', first);
        const refused = async () => (await ask('{ me { email } }')).errors?.[0]?.extensions?.code;
        await until(refused, (code) => code === 'OPERATION_NOT_REGISTERED', 5_000);
        expect(await ask('{ tenant { name } }')).toAnswer({ tenant: { name: 'Acme' } });
      } finally {
        await onlyRegistered(admin, false);
      }
    });

    it('refuses a session at both gateways within seconds once it has ended at one', async () => {
      const [first = '', second = ''] = platform.gateways;
      const here = await signIn(first, 'acme', 'admin@acme.test', password);
      const there = createClient({ url: second, tenantSlug: 'acme', token: here.token() ?? '' });
      // Both know the token as a good one.
      for (const client of [here, there]) expect(await client.query('{ me { email } }')).toAnswer({ me: { email: 'admin@acme.test' } });

      expect(await here.query('mutation { logout { userErrors { code } } }')).toAnswer({ logout: { userErrors: [] } });

      const refused = ({ errors }: { errors?: readonly AnswerError[] }) => errors?.[0]?.extensions?.code === 'UNAUTHENTICATED';
      const ms = await Promise.all([here, there].map((client) => until(() => client.query('{ me { email } }'), refused, 5_000)));
      console.log(`both gateways refuse the ended session after ${ms.join(' and ')} ms`);
      // Another session of the same user is none of its business.
      expect(await tenant.atSecond.query('{ me { email } }')).toAnswer({ me: { email: 'admin@acme.test' } });
    });

    it('keeps which operations both gateways were asked', async () => {
      const { admin, atSecond } = tenant;
      const asked = 'query AskedAtBoth { tenant { name } me { email } }';

      for (const client of [admin, admin, atSecond]) expect((await client.query(asked)).errors).toBeUndefined();

      const used = () => admin.query<Used>('{ usedOperations(element: "User.email", first: 100) { edges { node { name calls } } } }');
      const both = ({ data }: { data?: Used | null }) =>
        data?.usedOperations.edges.some(({ node }) => node.name === 'AskedAtBoth' && node.calls === 3) ?? false;
      await until(used, both, 30_000);
    });

    it('serves signed-in users what it last knew while the registry is away', async () => {
      const { admin } = tenant;
      expect(await admin.query('{ tenant { name } }')).toAnswer({ tenant: { name: 'Acme' } });

      await platform.stop('plugins');

      expect(await admin.query('{ tenant { name } me { email } }')).toAnswer({
        tenant: { name: 'Acme' },
        me: { email: 'admin@acme.test' },
      });
      expect(await admin.query('{ installations { id } }')).toFailWith('SERVICE_UNAVAILABLE');

      await platform.start('plugins');
      const whole = (answer: { errors?: unknown }) => !answer.errors;
      await until(() => admin.query('{ installations { id } }'), whole, 10_000);
    });

    it('ends quietly when told, once what is under way is answered, and keeps answering while one replica does', async () => {
      const { admin, atSecond } = tenant;
      const [first = '', second = ''] = platform.gateways;
      const slow = aWaitingPlugin();
      const stopPlugin = await servePluginFor(await signIn(first, 'plexica', 'root@plexica.test', password), first, slow.plugin);
      await admin.activate('waiting');
      const ask = (number: number) => atSecond.query(`{ waitingNumber(number: ${number}) }`);
      await until(
        () => atSecond.query('{ __type(name: "Query") { fields { name } } }'),
        (answer) => JSON.stringify(answer).includes('waitingNumber'),
        5_000,
      );
      // As many as one tenant may have under way at a plugin.
      const numbers = Array.from({ length: 32 }, (_, index) => index);
      const underWay = Promise.all(numbers.map(ask));
      await until(
        async () => slow.waiting(),
        (count) => count === numbers.length,
        20_000,
      );
      let asking = true;
      const answers: unknown[] = [];
      const asks = (async () => {
        while (asking) answers.push((await admin.query('{ me { email } }')).errors ?? 'fine');
      })();

      const stopped = platform.stop('gateway-2');
      const ready = async () => (await fetch(`${second}/health/ready`).catch(() => undefined))?.ok ?? false;
      await until(ready, (is) => !is, 10_000);
      // No connection, or one that was open before and is told to go elsewhere.
      expect(await ask(32).catch(() => ({}))).not.toHaveProperty('data');
      slow.letGo();
      expect(await underWay).toEqual(numbers.map((waitingNumber) => ({ data: { waitingNumber } })));
      expect(await stopped).toBe(0);
      expect(await platform.stop('worker')).toBe(0);
      asking = false;
      await asks;
      expect(new Set(answers)).toEqual(new Set(['fine']));
      await stopPlugin();

      await platform.start('gateway-2');
      expect(await atSecond.query('{ me { email } }')).toAnswer({ me: { email: 'admin@acme.test' } });
      for (const role of ['gateway-1', 'gateway-2', 'plugins', 'identity', 'tenancy'] as const) expect(await platform.stop(role)).toBe(0);
    });
  });
};

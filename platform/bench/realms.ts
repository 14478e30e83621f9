import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { issuerPersistence } from '@plexica/foundation/identity-provider';
import { createKeycloakIdentityProvider } from '@plexica/foundation/keycloak';
import { aTestDatabase } from '@plexica/foundation/testing';
import { pino } from 'pino';
import { secretOf, startServices } from '../src/services/index.ts';
import { organizationsOf } from './keycloak-organizations.ts';

// `pnpm bench realms [counts]`: what a tenant more costs at Keycloak where there are so many already, as realms and as organizations of one realm.
const counts = (process.argv[2] ?? '1,50,200').split(',').map(Number);
/** Medians are of this many around each count. */
const around = 5;

const started = performance.now();
const folder = await mkdtemp('/var/tmp/plexica-bench-realms-');
await chmod(folder, 0o755);
await using stack = new AsyncDisposableStack();
stack.defer(() => rm(folder, { recursive: true, force: true }));
const services = stack.use(await startServices(['postgres', 'keycloak'], { folder, ports: 'free', say: console.log }));
process.env.TEST_DATABASE_URL = services.urlOf('postgres');
const { database } = stack.use(await aTestDatabase({ modules: [issuerPersistence] }));
const keycloak = services.urlOf('keycloak');
const secret = secretOf(services.placeOf('keycloak'), 'admin');
const identity = createKeycloakIdentityProvider({
  identityUrl: `keycloak+${keycloak.replace('://', `://plexica-admin:${encodeURIComponent(secret)}@`)}`,
  platformKey: 'k'.repeat(32),
  platformUrl: 'http://localhost:4000',
  database,
  clock: () => new Date(),
  log: pino({ level: 'silent' }),
  policy: () => ({ admit: async () => {}, failed: async () => {} }),
});

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
const rows: string[][] = [['there are', 'a realm more', 'its first account', 'a sign-in', 'asking for one', 'an organization more']];
const ms = (value: number) => `${Math.round(value)} ms`;

const most = Math.max(...counts);
const realms: number[] = [];
const others = new Map<number, readonly number[]>();
for (let made = 1; made <= most; made += 1) {
  const realm = `t-${made}`;
  realms.push(await timed(() => identity.createRealm(realm, 'Acme')));
  if (!counts.includes(made)) continue;
  const account = { subject: `ada-${made}`, email: 'ada@acme.test', displayName: 'Ada', enabled: true };
  const first = await timed(async () => {
    await identity.putAccount(realm, account);
    await identity.setPassword(realm, account.subject, 'correct horse battery');
  });
  const signIns: number[] = [];
  const looks: number[] = [];
  for (let turn = 0; turn < around; turn += 1) {
    signIns.push(await timed(() => identity.signIn(realm, { username: account.email, password: 'correct horse battery' })));
    looks.push(await timed(() => identity.hasRealm(realm)));
  }
  others.set(made, [first, median(signIns), median(looks)]);
  console.log(`${made} realms are there; the last took ${ms(realms.at(-1) ?? 0)}`);
}
const removals: number[] = [];
for (let turn = 0; turn < around; turn += 1) removals.push(await timed(() => identity.deleteRealm(`t-${most - turn}`)));

const organizations = await organizationsOf({ keycloak, clientId: 'plexica-admin', secret });
console.log(`listing all realms takes ${ms(await timed(() => organizations.listRealms()))}`);
await organizations.makeRealm();
const joined: number[] = [];
for (let made = 1; made <= most; made += 1) joined.push(await timed(() => organizations.add(`t-${made}`)));

const near = (times: readonly number[], count: number) => ms(median(times.slice(Math.max(0, count - around), count)));
for (const count of counts) {
  const [first = 0, signIn = 0, look = 0] = others.get(count) ?? [];
  rows.push([String(count), near(realms, count), ms(first), ms(signIn), ms(look), near(joined, count)]);
}
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
console.log(
  `Removing a realm of ${most}: ${ms(median(removals))}. All of it took ${((performance.now() - started) / 60_000).toFixed(1)} minutes.`,
);

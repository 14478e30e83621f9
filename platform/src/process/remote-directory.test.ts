import { expect, it } from 'vitest';
import { rememberingRealms } from './remote-directory.ts';

it('remembers the realms that are in use, however many others are named', async () => {
  const asked: string[] = [];
  const realms = rememberingRealms({
    endpoints(realm) {
      asked.push(realm);
      return { issuer: realm, jwksUri: realm, clientId: realm, audience: realm };
    },
  });
  await realms.endpoints('seldom');
  for (let named = 0; named < 30_000; named += 1) {
    await realms.endpoints(`nobody-${named}`);
    if (named % 1_000 === 0) await realms.endpoints('acme');
  }

  expect(asked.filter((realm) => realm === 'acme')).toHaveLength(1);
  await realms.endpoints('seldom');
  expect(asked.filter((realm) => realm === 'seldom')).toHaveLength(2);
});

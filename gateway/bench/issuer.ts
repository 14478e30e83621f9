import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An issuer of a realm: its keys over HTTP, and tokens of as many users as are asked for. */
export interface Issuer {
  readonly url: string;
  tokens(users: number): Promise<readonly string[]>;
  stop(): void;
}

const atOnce = 200;

export const startIssuer = async (): Promise<Issuer> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'acme', alg: 'RS256', use: 'sig' }];
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys })));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = (user: number): Promise<string> =>
    new SignJWT({ sid: `session-${user}` })
      .setProtectedHeader({ alg: 'RS256', kid: 'acme' })
      .setIssuer(`${url}/realms/acme`)
      .setAudience('plexica-api')
      .setSubject(`user-${user}`)
      .setIssuedAt()
      .setExpirationTime('2h')
      .sign(privateKey);
  return {
    url,
    async tokens(users) {
      const made: string[] = [];
      while (made.length < users) {
        made.push(
          ...(await Promise.all(Array.from({ length: Math.min(atOnce, users - made.length) }, (_, at) => token(made.length + at)))),
        );
      }
      return made;
    },
    stop: () => void server.close().closeAllConnections(),
  };
};

/** More users than the gateway remembers: each request is the first of its user, however often they all come round. */
export const everyUser = 55_000;
export const knownUsers = 200;

/** Tokens of so many users, one after the other; all who ask share the place in the row. */
export const bearersOf = (tokens: readonly string[]) => {
  let asked = 0;
  return (users: number) => (): string => `Bearer ${tokens[asked++ % users]}`;
};

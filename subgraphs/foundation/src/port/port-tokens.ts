import { hkdfSync } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';

/** Proof that a call comes from a process that holds the platform key; for one port alone, a minute old at most. */
export interface PortTokens {
  sign(port: string): Promise<string>;
  verify(token: unknown, port: string): Promise<boolean>;
}

const lifeSeconds = 60;

/** Header that carries the token. The gateway passes no client's copy on. */
export const portTokenHeader = 'plexica-port-token';

export const createPortTokens = (platformKey: string): PortTokens => {
  const key = new Uint8Array(hkdfSync('sha256', platformKey, '', 'plexica.ports', 32));
  const known = new Map<string, { readonly token: string; readonly renewAt: number }>();
  return {
    async sign(port) {
      const found = known.get(port);
      if (found && found.renewAt > Date.now()) return found.token;
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(port)
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(key);
      known.set(port, { token, renewAt: Date.now() + (lifeSeconds / 2) * 1000 });
      return token;
    },
    verify: async (token, port) =>
      typeof token === 'string' &&
      (await jwtVerify(token, key, { audience: port, algorithms: ['HS256'], maxTokenAge: lifeSeconds, clockTolerance: 5 }).then(
        () => true,
        () => false,
      )),
  };
};

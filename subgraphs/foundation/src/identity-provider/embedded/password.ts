import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** Work per guess; each hash remembers its own. The default is what OWASP asks for scrypt. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

export const defaultPasswordCost: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };

/** Salted scrypt, as `scrypt$N$r$p$salt$key`. */
export const hashPassword = async (password: string, cost: PasswordCost): Promise<string> => {
  const salt = randomBytes(16);
  const key = await stretch(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
};

/** Takes as long for an account without a password, or for no account, as for a wrong password. */
export const verifyPassword = async (password: string, hash: string | null | undefined, cost: PasswordCost): Promise<boolean> => {
  const [, N, r, p, salt = '', key = ''] = (hash ?? '').split('$');
  if (!key) {
    await stretch(password, randomBytes(16), cost);
    return false;
  }
  const derived = await stretch(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(derived, Buffer.from(key, 'base64url'));
};

// Unicode has several spellings of the same typed character.
const stretch = (password: string, salt: Buffer, { N, r, p }: PasswordCost) =>
  derive(password.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 256 * N * r });

import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

const logged = (write: (log: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = [];
  write(createLogger({ destination: { write: (line) => void lines.push(line) } }));
  return lines.join('');
};

const token = `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(40)}.${'b-_'.repeat(20)}`;
const key = `plx_acme-corp_${'Ab_-9'.repeat(8)}xyz`;

describe('the log', () => {
  it('censors fields that are secrets by their name', () => {
    const text = logged((log) => log.info({ token: 's3cret', user: { password: 's3cret' } }, 'hello'));
    expect(text).not.toContain('s3cret');
    expect(text.match(/\[redacted\]/g)).toHaveLength(2);
  });

  it('censors tokens and keys by their looks, wherever they stand', () => {
    const text = logged((log) => {
      log.info({ nested: { deep: [`Authorization: Bearer ${token}`] } }, `asked with ${token}`);
      log.error({ error: new Error(`refused ${key}`, { cause: new Error(`header bearer opaque-${'x'.repeat(20)}`) }) });
    });
    for (const secret of [token, token.split('.')[1], key, 'opaque-']) expect(text).not.toContain(secret);
    for (const line of text.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('leaves other lines as they are', () => {
    const text = logged((log) => log.info({ bearerless: 'plexica', name: 'eye' }, 'forbearers'));
    expect(JSON.parse(text)).toMatchObject({ bearerless: 'plexica', name: 'eye', msg: 'forbearers' });
  });
});

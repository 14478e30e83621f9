import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { environmentSchema, readEnvironment } from './config.ts';

const valid = {
  PLEXICA_URL: 'https://plexica.example.com/',
  PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
  DATABASE_URL: 'postgres://app@db/plexica',
  DATABASE_OWNER_URL: 'postgres://owner@db/plexica',
  STORAGE_URL: 'file:///data/storage',
  MAIL_URL: 'file:///data/mail',
};

describe('reading the environment', () => {
  it('fills in what has a default', () => {
    expect(readEnvironment(valid)).toMatchObject({
      PLEXICA_URL: 'https://plexica.example.com',
      PLEXICA_DEMO: false,
      IDENTITY_URL: 'embedded:',
      PLEXICA_PLUGIN_HOSTS: [],
    });
  });

  it('lists everything wrong in one message', () => {
    const read = () => readEnvironment({ ...valid, DATABASE_URL: 'mysql://db', PLEXICA_PLATFORM_KEY: 'short', MAIL_URL: undefined });
    expect(read).toThrow(/DATABASE_URL[\s\S]*MAIL_URL|MAIL_URL[\s\S]*DATABASE_URL/);
    expect(read).toThrow(/PLEXICA_PLATFORM_KEY/);
  });

  it('takes an empty variable for an absent one', () => {
    expect(readEnvironment({ ...valid, PLEXICA_BASE_DOMAIN: '', LOG_LEVEL: '' })).toMatchObject({ LOG_LEVEL: 'info' });
    expect(readEnvironment({ ...valid, PLEXICA_BASE_DOMAIN: '' }).PLEXICA_BASE_DOMAIN).toBeUndefined();
    expect(() => readEnvironment({ ...valid, DATABASE_URL: '' })).toThrow(/DATABASE_URL is missing/);
  });

  it('takes a permission for who may look at the schema, and nothing that is none', () => {
    const reading = (rule: string) => () => readEnvironment({ ...valid, PLEXICA_INTROSPECTION_TENANT: rule });
    for (const rule of ['on', 'off', 'settings.read', 'crm.contacts.read']) expect(reading(rule)().PLEXICA_INTROSPECTION_TENANT).toBe(rule);
    for (const rule of ['On', 'true', 'settings', '*', 'settings.*']) expect(reading(rule)).toThrow(/PLEXICA_INTROSPECTION_TENANT/);
  });

  it('takes addresses and ranges for trusted proxies, and nothing that is none', () => {
    const reading = (proxies: string) => () => readEnvironment({ ...valid, PLEXICA_TRUSTED_PROXIES: proxies });
    expect(reading('')().PLEXICA_TRUSTED_PROXIES).toEqual([]);
    expect(reading('10.0.0.0/8, ::1,loopback')().PLEXICA_TRUSTED_PROXIES).toEqual(['10.0.0.0/8', '::1', 'loopback']);
    for (const proxies of ['proxy.example.com', '10.0.0.0/33', '10.0.0.0/0', 'true', '10.0.0.1;10.0.0.2'])
      expect(reading(proxies)).toThrow(/PLEXICA_TRUSTED_PROXIES/);
  });

  it('reads nothing that the documented table lacks', async () => {
    const text = await readFile(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const documented = new Set(rows.flatMap((row) => [...row.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name)));
    // Which environment it is says nothing to who configures one.
    const read = Object.keys(environmentSchema.shape).filter((name) => name !== 'NODE_ENV');
    expect(read.filter((name) => !documented.has(name))).toEqual([]);
  });

  it('refuses the demo anywhere but on loopback', () => {
    expect(() => readEnvironment({ ...valid, PLEXICA_DEMO: 'true' })).toThrow(/PLEXICA_DEMO/);
    expect(readEnvironment({ ...valid, PLEXICA_DEMO: 'true', PLEXICA_URL: 'http://localhost:4000' }).PLEXICA_DEMO).toBe(true);
  });
});

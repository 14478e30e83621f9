import { readFileSync } from 'node:fs';
import { environmentSchema, readClusterEnvironment, readEdgeEnvironment, readEnvironment } from '@plexica/foundation';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { composeFile, optionalVariables, requiredVariables, root } from './compose-file.ts';

const secrets = Object.fromEntries(requiredVariables().map((name) => [name, 'a'.repeat(48)]));
const { services, volumes } = composeFile(secrets);
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> };
const ours = Object.entries(services).filter(([, { image }]) => image === 'plexica-server:local');
const processes = ours.filter(([, { environment }]) => environment.PORT !== undefined);
const texts = (environment: Record<string, string | number>) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]));

describe('docker-compose.yml', () => {
  it('is what the Compose Specification allows', () => {
    const order = ['service-keys', 'services-alphabetical', 'service-dependencies-alphabetical', 'service-ports-alphabetical'];
    const off = Object.fromEntries([...order, 'top-level-properties'].map((rule) => [`${rule}-order`, 0] as const));
    // One image serves several services: it is built here and has a name.
    const rules = {
      ...off,
      'no-build-and-image': 0,
      'no-quotes-in-volumes': 0,
      'require-quotes-in-ports': [2, { quoteType: 'double' }],
    } as const;
    const linter = new DCLinter({ rules: rules as never, quiet: false, debug: false, exclude: [] });

    const found = linter.lintFiles([`${root}docker-compose.yml`], false);

    expect(found.flatMap(({ messages }) => messages.map(({ rule, line, message }) => ({ rule, line, message })))).toEqual([]);
  });

  it('names every part of the platform and every service it stands on', () => {
    expect(Object.keys(services).sort()).toEqual(
      [
        ...['gateway', 'tenancy', 'identity', 'plugins', 'worker', 'console', 'logins'],
        ...['postgres', 'redis', 'keycloak', 'redpanda', 'redpanda-console', 'minio', 'mailpit'],
      ].sort(),
    );
  });

  it('starts each process by the command of its script', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(['gateway', 'identity', 'logins', 'plugins', 'tenancy', 'worker']);
    for (const [name, { command }] of ours) expect(command?.join(' '), name).toBe(scripts[`start:${name}`]);
  });

  it('gives each process an environment that it accepts, and no variable it does not know', () => {
    for (const [name, { environment }] of processes) {
      const known = Object.keys(environmentSchema.shape);
      expect(
        Object.keys(environment).filter((variable) => !known.includes(variable)),
        name,
      ).toEqual([]);
      const read = name === 'gateway' ? readEdgeEnvironment : readEnvironment;
      expect(read(texts(environment)), name).toMatchObject({ PLEXICA_DEMO: false, PLEXICA_HOST: '0.0.0.0' });
    }
    expect(readClusterEnvironment(texts(services.logins?.environment ?? {}))).toMatchObject({ PLEXICA_INSTALLATION: 'plexica' });
  });

  it('keeps from the gateway the client that manages realms', () => {
    expect(new URL(String(services.gateway?.environment.IDENTITY_URL).replace('keycloak+', '')).username).toBe('');
    expect(new URL(String(services.identity?.environment.IDENTITY_URL).replace('keycloak+', '')).username).toBe('plexica-admin');
  });

  it('keeps the database from the gateway, and its superuser from all but the service that makes the logins', () => {
    expect(Object.keys(services.gateway?.environment ?? {}).filter((name) => /DATABASE|STORAGE|EVENTS|MAIL/.test(name))).toEqual([]);
    const informed = Object.entries(services).filter(([, { environment }]) => JSON.stringify(environment).includes('POSTGRES_PASSWORD'));
    expect(informed.map(([name]) => name)).toEqual(['postgres']);
    expect(ours.filter(([, { environment }]) => environment.DATABASE_SUPERUSER_URL).map(([name]) => name)).toEqual(['logins']);
  });

  it('has processes find each other where they listen', () => {
    for (const [name, { environment }] of processes) {
      for (const part of ['tenancy', 'identity', 'plugins']) {
        const url = environment[`PLEXICA_${part.toUpperCase()}_URL`];
        expect(url, `${part} for ${name}`).toBe(`http://${part}:${services[part]?.environment.PORT}`);
      }
      for (const url of Object.values(texts(environment)).filter((value) =>
        /^[a-z0-9+]+:\/\/.*@?(redis|keycloak|postgres|minio|mailpit|redpanda):/.test(value),
      ))
        expect(Object.keys(services)).toContain(new URL(url.replace(/^[a-z0-9]+\+/, '')).hostname);
    }
    expect(services.gateway?.ports).toEqual([`127.0.0.1:4000:${services.gateway?.environment.PORT}`]);
  });

  it('starts with no secret that anybody could know', () => {
    expect(requiredVariables().length).toBeGreaterThan(5);
    for (const missing of requiredVariables()) expect(() => composeFile({ ...secrets, [missing]: '' })).toThrow(missing);
    expect([...optionalVariables().keys()].filter((name) => /PASSWORD|SECRET|KEY$/.test(name))).toEqual([]);
    for (const { environment } of Object.values(services))
      for (const [name, value] of Object.entries(texts(environment)))
        if (/PASSWORD|SECRET|_KEY$|CLI_AUTH/.test(name)) expect(value, name).toBe('a'.repeat(48));
  });

  it('is reached from this machine alone', () => {
    for (const { ports } of Object.values(services)) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('watches the health of all that goes on, and waits for what a service needs', () => {
    for (const [name, { healthcheck, restart }] of Object.entries(services)) {
      const watched = Boolean(healthcheck?.test) && !healthcheck?.disable;
      expect(watched, name).toBe(restart === 'unless-stopped');
    }
    for (const [name, { depends_on }] of Object.entries(services))
      for (const [needed, { condition }] of Object.entries(depends_on))
        expect(condition, `${needed} for ${name}`).toBe(
          services[needed]?.restart === 'unless-stopped' ? 'service_healthy' : 'service_completed_successfully',
        );
  });

  it('keeps what must outlive a container in volumes', () => {
    for (const name of ['postgres', 'redis', 'redpanda', 'minio', 'mailpit']) {
      const [volume] = services[name]?.volumes ?? [];
      expect(Object.keys(volumes), name).toContain(volume?.split(':')[0]);
    }
  });

  it('pins every image', () => {
    for (const { image, build } of Object.values(services)) if (!build) expect(image).toMatch(/:v?(RELEASE\.)?\d+[.\w-]*$/);
  });
});

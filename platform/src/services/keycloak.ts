import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapNeighbour } from '@plexica/foundation/database';
import { verify } from './checksum.ts';
import { answersOk } from './http-health.ts';
import { findJava } from './java.ts';
import { portOf, type Service, secretOf } from './service.ts';
import { execute, maven, runTool, unzip } from './tool.ts';

const version = '26.7.0';
const sha256 = 'e63bd0167199c0092b8a4d22cc137e6b7a70e0089070f6f7799b1be504b69a8a';
const client = 'plexica-admin';

/** Keycloak from Maven Central, built for PostgreSQL once; its tables are in a database of its own on the same server. */
export const keycloak: Service = {
  name: 'keycloak',
  version,
  ports: { http: 18_080, management: 18_081 },
  needs: ['postgres'],
  secrets: ['database', 'admin'],
  startWithinMs: 300_000,
  async obtain(cache) {
    await findJava();
    return cache.folder(`keycloak-${version}`, async (folder) => {
      const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`;
      const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
      await runTool(maven, ['-B', '-q', copy, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], { cwd: folder });
      const zip = join(folder, `keycloak-quarkus-dist-${version}.zip`);
      await verify(zip, sha256);
      await runTool(unzip, ['-q', zip, '-d', folder]);
      await rm(zip);
      const unpacked = join(folder, `keycloak-${version}`);
      for (const entry of await readdir(unpacked)) await rename(join(unpacked, entry), join(folder, entry));
      await execute(join(folder, 'bin/kc.sh'), [
        'build',
        '--db=postgres',
        '--cache=local',
        '--health-enabled=true',
        '--metrics-enabled=true',
      ]);
    });
  },
  async prepare(place) {
    const server = new URL(place.urlOf('postgres'));
    await bootstrapNeighbour(server.href, { name: 'keycloak', password: secretOf(place, 'database') });
    return {
      command: join(place.program, 'bin/kc.sh'),
      arguments: [
        'start',
        '--optimized',
        // One server, that talks to no other.
        '--cache=local',
        '--http-enabled=true',
        '--http-host=127.0.0.1',
        `--http-port=${portOf(place, 'http')}`,
        `--http-management-port=${portOf(place, 'management')}`,
        '--hostname-strict=false',
        `--db-url=jdbc:postgresql://${server.host}/keycloak`,
        '--db-username=keycloak',
        '--db-pool-max-size=20',
        '--log-level=warn',
        `-Dplexica.folder=${place.folder}`,
      ],
      environment: {
        KC_DB_PASSWORD: secretOf(place, 'database'),
        KC_BOOTSTRAP_ADMIN_CLIENT_ID: client,
        KC_BOOTSTRAP_ADMIN_CLIENT_SECRET: secretOf(place, 'admin'),
        JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx640m',
      },
    };
  },
  isHealthy: (place) => answersOk(`http://127.0.0.1:${portOf(place, 'management')}/health/ready`),
  url: (place) => `http://127.0.0.1:${portOf(place, 'http')}`,
  async environment(place) {
    const url = Object.assign(new URL(this.url(place)), { username: client, password: secretOf(place, 'admin') });
    return { IDENTITY_URL: `keycloak+${url.href.replace(/\/$/, '')}` };
  },
};

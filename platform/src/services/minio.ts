import { goProgram } from './go-program.ts';
import { answersOk } from './http-health.ts';
import { portOf, type Service, secretOf } from './service.ts';

const built = goProgram({
  module: 'github.com/minio/minio',
  version: 'v0.0.0-20260212201848-7aac2a2c5b7c',
  sum: 'h1:/qdoYujxF5MBLDMVLeiYJ/7fBa1HikX39Dvzb9Ji8pA=',
  variable: 'MINIO_BINARY',
});

/** MinIO, built by the Go toolchain, or the binary that `MINIO_BINARY` names. AGPL: it is run here, never bundled. */
export const minio: Service = {
  name: 'minio',
  version: '2026-02-12',
  ports: { s3: 19_000, console: 19_001 },
  secrets: ['user', 'password'],
  startWithinMs: 20_000,
  obtain: built,
  prepare: async (place) => ({
    command: place.program,
    arguments: [
      'server',
      '--address',
      `127.0.0.1:${portOf(place, 's3')}`,
      '--console-address',
      `127.0.0.1:${portOf(place, 'console')}`,
      place.folder,
    ],
    environment: {
      MINIO_ROOT_USER: secretOf(place, 'user'),
      MINIO_ROOT_PASSWORD: secretOf(place, 'password'),
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
  }),
  isHealthy: (place) => answersOk(`http://127.0.0.1:${portOf(place, 's3')}/minio/health/ready`),
  url: (place) => `s3+http://${secretOf(place, 'user')}:${secretOf(place, 'password')}@127.0.0.1:${portOf(place, 's3')}`,
  async environment(place) {
    return { STORAGE_URL: this.url(place) };
  },
};

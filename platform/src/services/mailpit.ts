import { join } from 'node:path';
import { goProgram } from './go-program.ts';
import { answersOk } from './http-health.ts';
import { type Place, portOf, type Service } from './service.ts';

const built = goProgram({
  module: 'github.com/axllent/mailpit',
  version: 'v1.27.11',
  sum: 'h1:57cO1Tlekptm80OBxry0wW/9Nc1WxzEjh12SC2LCrx0=',
  variable: 'MAILPIT_BINARY',
});

/** A mail server that keeps what it gets, to be read over HTTP. Its web pages are not in the Go module; its API is. */
export const mailpit: Service = {
  name: 'mailpit',
  version: '1.27.11',
  ports: { smtp: 11_025, http: 18_025 },
  startWithinMs: 10_000,
  obtain: built,
  prepare: async (place) => ({
    command: place.program,
    arguments: [
      '--smtp',
      `127.0.0.1:${portOf(place, 'smtp')}`,
      '--listen',
      `127.0.0.1:${portOf(place, 'http')}`,
      '--database',
      join(place.folder, 'mail.db'),
      '--disable-version-check',
    ],
  }),
  isHealthy: (place) => answersOk(`${mailpitApi(place)}/readyz`),
  url: (place) => `smtp://127.0.0.1:${portOf(place, 'smtp')}`,
  async environment(place) {
    return { MAIL_URL: this.url(place) };
  },
};

/** Where the mails are read. */
export const mailpitApi = (place: Place): string => `http://127.0.0.1:${portOf(place, 'http')}`;

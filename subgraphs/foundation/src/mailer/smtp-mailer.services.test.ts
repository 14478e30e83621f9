import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aBrokenLine } from '../redis/a-broken-line.test-support.ts';
import { mailerContract } from './mailer.contract.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

const url = process.env.TEST_SMTP_URL ?? '';
const api = process.env.TEST_MAILPIT_URL ?? '';

interface Found {
  readonly ID: string;
  readonly Subject: string;
  readonly From: { readonly Address: string };
}

const find = async (to: string): Promise<readonly Found[]> => {
  const response = await fetch(`${api}/api/v1/search?query=${encodeURIComponent(`to:"${to}"`)}`);
  return ((await response.json()) as { messages: Found[] }).messages;
};

mailerContract('SMTP', async () => ({
  mailer: createSmtpMailer(url),
  receivedBy: async (to) =>
    Promise.all(
      (await find(to)).map(async ({ ID, Subject }) => {
        const { Text } = (await (await fetch(`${api}/api/v1/message/${ID}`)).json()) as { Text: string };
        return { to, subject: Subject, text: Text };
      }),
    ),
}));

describe('SMTP: an outage', () => {
  it('fails what is sent meanwhile, and ends by itself', async () => {
    const { hostname: host, port } = new URL(url);
    await using line = await aBrokenLine({ host, port: Number(port) });
    const mailer = createSmtpMailer(line.urlOf(url));
    const to = `line-${randomUUID()}@acme.test`;
    const send = (subject: string) => mailer.send({ to, subject, text: 'x' });
    await send('before');

    await line.cut();
    await expect(send('meanwhile')).rejects.toThrow();
    await line.mend();
    await send('after');

    expect((await find(to)).map(({ Subject }) => Subject).sort()).toEqual(['after', 'before']);
    await mailer.stop();
  });
});

describe('SMTP: its address', () => {
  it('names the sender', async () => {
    const separator = url.includes('?') ? '&' : '?';
    await createSmtpMailer(`${url}${separator}from=hello%40plexica.test`).send({ to: 'from@acme.test', subject: 'Hello', text: 'x' });
    expect((await find('from@acme.test'))[0]?.From.Address).toMatch(/hello@plexica.test|plexica/);
  });

  it('without a server fails, so that whoever sent it knows', async () => {
    await expect(createSmtpMailer('smtp://127.0.0.1:1').send({ to: 'a@b.test', subject: 'x', text: 'x' })).rejects.toThrow(/ECONNREFUSED/);
  });
});

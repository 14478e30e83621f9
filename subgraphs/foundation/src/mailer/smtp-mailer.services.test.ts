import { describe, expect, it } from 'vitest';
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

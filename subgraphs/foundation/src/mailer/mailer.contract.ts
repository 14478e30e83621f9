import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Mail, Mailer } from './mailer.ts';

export interface MailerUnderTest {
  readonly mailer: Mailer;
  /** What arrived for this address. */
  receivedBy(to: string): Promise<readonly Mail[]>;
}

/** What every mailer holds to. */
export const mailerContract = (name: string, open: () => Promise<MailerUnderTest>): void => {
  describe(`${name}: mail`, () => {
    it('arrives with its words, in any language', async () => {
      const { mailer, receivedBy } = await open();
      const to = `ada-${randomUUID()}@acme.test`;
      const mail = { to, subject: 'Benvenuta, Ada – già pronta?', text: 'Ciao!\n\nhttps://plexica.test/invitation?token=a%2Eb\n' };
      await mailer.send(mail);
      const [arrived] = await receivedBy(to);
      expect(arrived).toMatchObject({ to, subject: mail.subject });
      expect(arrived?.text.replaceAll('\r\n', '\n').trim()).toBe(mail.text.trim());
    });

    it('sent at once all arrives', async () => {
      const { mailer, receivedBy } = await open();
      const to = `bob-${randomUUID()}@acme.test`;
      await Promise.all(Array.from({ length: 20 }, (_, index) => mailer.send({ to, subject: `Mail ${index}`, text: 'x'.repeat(10_000) })));
      expect(new Set((await receivedBy(to)).map(({ subject }) => subject)).size).toBe(20);
    });

    it('of a megabyte arrives whole', async () => {
      const { mailer, receivedBy } = await open();
      const to = `eve-${randomUUID()}@acme.test`;
      const text = Array.from({ length: 20_000 }, (_, index) => `${index}: ${'è'.repeat(22)}`).join('\n');
      await mailer.send({ to, subject: 'Long', text });
      const [arrived] = await receivedBy(to);
      expect(arrived?.text.replaceAll('\r\n', '\n').trim()).toBe(text);
    });
  });
};

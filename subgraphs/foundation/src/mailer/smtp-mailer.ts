import { createTransport } from 'nodemailer';
import type { Mailer } from './mailer.ts';

const patienceMs = 10_000;

/** Over SMTP. `?from=` of the URL is the sender; the rest of the URL is nodemailer's. Fails while the server does not take the mail. */
export const createSmtpMailer = (url: string): Mailer & { stop(): Promise<void> } => {
  const address = new URL(url);
  const from = address.searchParams.get('from') ?? 'plexica@localhost';
  address.searchParams.delete('from');
  const transport = createTransport({
    url: address.href,
    pool: true,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
  } as never);
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ from, to, subject, text });
    },
    stop: async () => transport.close(),
  };
};

import { fileURLToPath } from 'node:url';
import type { Environment } from '../config/config.ts';
import { createFolderMailer } from './folder-mailer.ts';
import type { Mailer } from './mailer.ts';

type Deps = Parameters<typeof createFolderMailer>[1];

export const openMailer = async (
  { MAIL_URL: url }: Pick<Environment, 'MAIL_URL'>,
  deps: Deps,
): Promise<Mailer & { stop?(): Promise<void> }> => {
  if (!url.startsWith('smtp')) return createFolderMailer(fileURLToPath(url), deps);
  const { createSmtpMailer } = await import('./smtp-mailer.ts');
  return createSmtpMailer(url);
};

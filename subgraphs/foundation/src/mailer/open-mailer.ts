import { fileURLToPath } from 'node:url';
import type { Environment } from '../config/config.ts';
import { createFolderMailer } from './folder-mailer.ts';
import type { Mailer } from './mailer.ts';
import { createSmtpMailer } from './smtp-mailer.ts';

type Deps = Parameters<typeof createFolderMailer>[1];

export const openMailer = ({ MAIL_URL: url }: Pick<Environment, 'MAIL_URL'>, deps: Deps): Mailer & { stop?(): Promise<void> } =>
  url.startsWith('smtp') ? createSmtpMailer(url) : createFolderMailer(fileURLToPath(url), deps);

import { createHash } from 'node:crypto';
import { DomainError } from '@plexica/plugin-kit';
import { parse } from 'graphql';

const textsAtMost = 1_000;
const longestText = 100_000;
const tokensAtMost = 4_000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The texts by their SHA-256, as clients name them. BAD_USER_INPUT for one that is not GraphQL. */
export const textsByHash = (texts: readonly string[]): Record<string, string> => {
  texts.forEach(mustParse);
  return Object.fromEntries(texts.map((text) => [sha256(text), text]));
};

export const mustNotBeTooMany = (count: number): void => {
  if (count <= textsAtMost) return;
  throw refused(`A client registers at most ${textsAtMost} operations; these would be ${count}. \`replace\` drops the old ones.`);
};

/** Names what a client of a tenant registered. */
export const digestOf = (tenantId: string, client: string, operations: Readonly<Record<string, string>>): string =>
  sha256([tenantId, client, ...Object.keys(operations).sort()].join('\n'));

export const clientOf = (raw: string): string => {
  const client = raw.trim();
  if (/^[\w.@/-][\w .@/-]{0,59}$/.test(client)) return client;
  throw new DomainError('BAD_USER_INPUT', {
    message: 'A client is named by 1 to 60 letters, digits, spaces and any of ._@/-.',
    path: ['input', 'client'],
  });
};

const mustParse = (text: string, index: number): void => {
  if (text.length > longestText) throw refused(`Operation ${index} is longer than ${longestText} characters.`);
  try {
    parse(text, { maxTokens: tokensAtMost, noLocation: true });
  } catch (error) {
    throw refused(`Operation ${index} is not valid GraphQL: ${error instanceof Error ? error.message : ''}`);
  }
};

const refused = (message: string) => new DomainError('BAD_USER_INPUT', { message, path: ['input', 'operations'] });

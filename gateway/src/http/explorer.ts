import type { IncomingMessage } from 'node:http';
import { dependsOn } from './depends-on.ts';
import type { HttpAnswer } from './send-answer.ts';

/** The page that browsers get in place of an answer: an explorer of the caller's own supergraph. */
export type ExplorerPage = () => { readonly html: string; readonly headers: Readonly<Record<string, string>> };

const hint = 'This is the GraphQL endpoint of Plexica. POST a JSON body { "query": "..." } with content-type: application/json.\n';

/** Somebody who looks with a browser; a program asks for JSON. */
export const isBrowser = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && /^text\/html\b/.test(headers.accept ?? '') && headers.upgrade === undefined;

export const explorerAnswer = (page: ExplorerPage | undefined): HttpAnswer => {
  if (!page) return { status: 200, headers: { ...dependsOn, 'content-type': 'text/plain; charset=utf-8' }, body: hint };
  const { html, headers } = page();
  return { status: 200, headers: { ...headers, ...dependsOn, 'content-type': 'text/html; charset=utf-8' }, body: html };
};

import type { FastifyReply, FastifyRequest } from 'fastify';

/** The page that browsers get in place of an answer: an explorer of the caller's own supergraph. */
export type ExplorerPage = () => { readonly html: string; readonly headers: Readonly<Record<string, string>> };

const hint = 'This is the GraphQL endpoint of Plexica. POST a JSON body { "query": "..." } with content-type: application/json.\n';

/** Somebody who looks with a browser; a program asks for JSON. */
export const isBrowser = ({ method, headers }: FastifyRequest): boolean =>
  method === 'GET' && /^text\/html\b/.test(headers.accept ?? '') && headers.upgrade === undefined;

export const sendExplorer = (reply: FastifyReply, page: ExplorerPage | undefined): FastifyReply => {
  if (!page) return reply.type('text/plain; charset=utf-8').send(hint);
  const { html, headers } = page();
  return reply.headers(headers).type('text/html; charset=utf-8').send(html);
};

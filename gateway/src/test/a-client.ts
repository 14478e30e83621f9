import { createClient as createEventClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { TestGateway } from './a-gateway.ts';

/** An answer as it went over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  readonly data: any;
  /** Of all errors. */
  readonly codes: readonly unknown[];
}

type Sent = Readonly<Record<string, string | undefined>>;

/** Sends a text as it is. */
export const send = async (
  { url }: Pick<TestGateway, 'url'>,
  body: string | undefined,
  headers: Sent = {},
  path = '/graphql',
): Promise<WireAnswer> => {
  const given = Object.entries({ 'content-type': 'application/json', ...headers }).filter(([, value]) => value !== undefined);
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: given as [string, string][],
    body,
  });
  const text = await response.text();
  const parsed = text.startsWith('{') ? JSON.parse(text) : {};
  const codes = (parsed.errors ?? []).map((error: { extensions?: { code?: unknown } }) => error.extensions?.code);
  return { status: response.status, headers: response.headers, text, data: parsed.data, codes };
};

/** Asks, with a bearer token where one is given. */
export const ask = (
  gateway: Pick<TestGateway, 'url'>,
  query: string,
  token?: string,
  headers: Sent = {},
  variables?: object,
): Promise<WireAnswer> =>
  send(gateway, JSON.stringify({ query, variables }), { ...(token && { authorization: `Bearer ${token}` }), ...headers });

/** What components of a plugin ask with, for the bearer of this token. */
export const uiToken = async (gateway: Pick<TestGateway, 'url'>, token: string, plugin: string): Promise<string> => {
  const { text } = await send(gateway, JSON.stringify({ plugin }), { authorization: `Bearer ${token}` }, '/_plexica/ui-token');
  return String(JSON.parse(text).token ?? text);
};

/** What came of a subscription. */
export interface Watched {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  readonly results: any[];
  /** When it has ended, by itself or by `stop`; for a WebSocket that was closed, its code and reason. */
  readonly ended: Promise<{ readonly code?: number; readonly reason?: string }>;
  stop(): void;
  /** Goes without a word. */
  leave(): void;
}

export const watch = (
  transport: 'ws' | 'sse',
  { url }: Pick<TestGateway, 'url'>,
  query: string,
  params: Record<string, unknown> = {},
): Watched => {
  const results: unknown[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<{ code?: number; reason?: string }>();
  const sink = {
    next: (result: unknown) => void results.push(result),
    error: (error: unknown) => {
      if (Array.isArray(error)) results.push({ errors: error });
      else results.push({ failed: error });
      resolve(closing(error));
    },
    complete: () => resolve({}),
  };
  const client =
    transport === 'ws'
      ? createSocketClient({
          url: `${url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: params,
          retryAttempts: 0,
          on: { closed: (event) => resolve(closing(event)) },
        })
      : createEventClient({
          url: `${url}/graphql`,
          retryAttempts: 0,
          headers: {
            ...(params.authorization ? { authorization: String(params.authorization) } : {}),
            ...(params.tenantSlug ? { 'x-tenant-slug': String(params.tenantSlug) } : {}),
            ...(params.clientName ? { 'apollographql-client-name': String(params.clientName) } : {}),
          },
        });
  const stop = client.subscribe({ query }, sink as never);
  const leave = (): void => ('terminate' in client ? client.terminate() : client.dispose());
  return { results, ended, stop, leave };
};

/** A WebSocket that says what it is told to, in the words of graphql-transport-ws. */
export const aSocket = async ({ url }: Pick<TestGateway, 'url'>, params: Record<string, unknown> = {}, withinMs?: number) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard: { readonly type: string; readonly id?: string; readonly payload?: unknown }[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const say = (message: object): void => socket.send(JSON.stringify(message));
  say({ type: 'connection_init', payload: params });
  await until(() => heard.some(({ type }) => type === 'connection_ack'), withinMs);
  return { say, heard, closed };
};

const closing = (event: unknown): { code?: number; reason?: string } => {
  const { code, reason } = (event ?? {}) as { code?: number; reason?: string };
  return code === undefined ? {} : { code, reason: String(reason ?? '') };
};

/** Until it holds; a busy machine gets its time. */
export const until = async (condition: () => unknown, ms = 20_000): Promise<void> => {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

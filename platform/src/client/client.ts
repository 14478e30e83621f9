import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';

/** A GraphQL client of the one endpoint, as an integrator would write it: signs in with a password, then asks. */
export interface Client {
  readonly tenantSlug: string | undefined;
  /** The access token of the session, where there is one. */
  token(): string | undefined;
  query<Data = Record<string, unknown>>(document: string, variables?: Record<string, unknown>): Promise<Answer<Data>>;
  /** Over WebSocket; ends when the consumer stops or the server ends it. */
  subscribe<Data = Record<string, unknown>>(document: string, variables?: Record<string, unknown>): AsyncIterableIterator<Answer<Data>>;
}

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly AnswerError[];
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly [key: string]: unknown };
}

export interface ClientOptions {
  /** Base URL of the platform. */
  readonly url: string;
  readonly tenantSlug?: string;
  readonly token?: string;
  /** What it calls itself. */
  readonly clientName?: string;
}

export const createClient = ({ url, tenantSlug, token, clientName }: ClientOptions): Client => ({
  tenantSlug,
  token: () => token,
  async query(document, variables) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(tenantSlug && { 'x-tenant-slug': tenantSlug }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(clientName && { 'apollographql-client-name': clientName }),
      },
      body: JSON.stringify({ query: document, variables }),
    });
    return (await response.json()) as never;
  },
  subscribe(document, variables) {
    const socket = createSocketClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(tenantSlug && { tenantSlug }),
        ...(clientName && { clientName }),
      },
      retryAttempts: 0,
    });
    return socket.iterate({ query: document, variables: variables ?? null }) as never;
  },
});

const login = `mutation SignIn($input: LoginInput!) {
  login(input: $input) { session { accessToken } userErrors { code message } }
}`;

/** Fails with the code that the platform names. */
export const signIn = async (url: string, tenantSlug: string, username: string, password: string): Promise<Client> => {
  const answer = await createClient({ url }).query<{
    login: { session: { accessToken: string } | null; userErrors: { code: string; message: string }[] };
  }>(login, { input: { tenantSlug, username, password } });
  const token = answer.data?.login.session?.accessToken;
  if (!token) throw new Error(answer.errors?.[0]?.extensions?.code ?? answer.data?.login.userErrors[0]?.code ?? 'login answered nothing');
  return createClient({ url, tenantSlug, token });
};

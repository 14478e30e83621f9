import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable, split } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import { i18n, type Language } from '@/i18n.ts';
import { router } from '@/router.ts';
import { session } from '@/session/session.ts';
import { clientName } from './client-name.ts';
import { translating } from './translating.ts';

/** With the user's token, or the one that the context brings. */
const authorized = new SetContextLink(async ({ headers, anonymous, token: other }) => {
  if (anonymous) return { headers };
  const token: string | undefined = await (other ?? session.token)();
  const slug = session.realm.value?.slug;
  return { headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }), ...(token && slug && { 'x-tenant-slug': slug }) } };
});

const sessionEnded = (): void => {
  if (!session.isSignedIn.value) return;
  session.expire();
  void router.push({ name: 'sign-in', query: { to: router.currentRoute.value.fullPath, ended: '1' } });
};

/** A refused token gets one refresh and the request one more try; then the session is over. */
const renewing = new ErrorLink(({ error, operation, forward }) => {
  const refused = CombinedGraphQLErrors.is(error)
    ? error.errors.some(({ extensions, path }) => extensions?.code === 'UNAUTHENTICATED' && !path)
    : 'statusCode' in error && error.statusCode === 401;
  const { renewed, anonymous, token } = operation.getContext();
  if (!refused || !session.isSignedIn.value || renewed || anonymous || token) return undefined;
  operation.setContext({ renewed: true });
  return new Observable((observer) => {
    void session.renew().then((renewed) => {
      if (renewed) forward(operation).subscribe(observer);
      else {
        sessionEnded();
        observer.error(error);
      }
    });
  });
});

const socket = new GraphQLWsLink(
  createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    lazy: true,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => session.isSignedIn.value,
    connectionParams: async () => ({ authorization: `Bearer ${await session.token()}`, tenantSlug: session.realm.value?.slug, clientName }),
  }),
);

const overHttp = ApolloLink.from([
  translating(() => i18n.global.locale.value as Language),
  renewing,
  authorized,
  new HttpLink({ uri: '/graphql', headers: { accept: 'application/graphql-response+json' } }),
]);

/** The one client of the console; its cache is what every page sees. */
export const client = new ApolloClient({
  clientAwareness: { name: clientName },
  cache: new InMemoryCache({ typePolicies: { TenantSupergraph: { keyFields: false } } }),
  link: split(
    ({ query }) => {
      const definition = getMainDefinition(query);
      return definition.kind === 'OperationDefinition' && definition.operation === 'subscription';
    },
    socket,
    overHttp,
  ),
});

import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './explorer.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createElement, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { logIn } from './log-in.ts';
import { SignInBar } from './SignInBar.ts';

/** GraphiQL on the caller's own supergraph: whoever signs in, or pastes a token, sees what their tenant's API has. */
const Explorer = () => {
  const [token, setToken] = useState('');
  const fetcher = useMemo(() => {
    const authorization = token ? `Bearer ${token}` : undefined;
    return createGraphiQLFetcher({
      url: '/graphql',
      headers: authorization ? { authorization } : {},
      wsClient: createClient({
        url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
        connectionParams: authorization ? { authorization } : {},
      }),
    });
  }, [token]);
  return createElement(
    'div',
    { className: 'explorer' },
    createElement(SignInBar, { token, onToken: setToken, logIn }),
    // A new token is another supergraph: the schema is asked for anew. Without one there is none to be had.
    createElement(GraphiQL, {
      key: token,
      fetcher,
      schema: token ? undefined : null,
      defaultQuery: '{\n  me {\n    email\n  }\n  tenant {\n    name\n  }\n}\n',
    }),
  );
};

const root = document.getElementById('explorer');
if (root) createRoot(root).render(createElement(Explorer));

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// The stock gateway as its documentation has it, passing the caller's Authorization on. Its packages come from the folder of contenders.
const from = createRequire(pathToFileURL(`${process.env.CONTENDERS}/package.json`));
const { ApolloGateway, RemoteGraphQLDataSource } = from('@apollo/gateway');
const { ApolloServer } = from('@apollo/server');
const { startStandaloneServer } = from('@apollo/server/standalone');

class Forwarding extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set('authorization', context.authorization);
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(process.env.SUPERGRAPH, 'utf8'),
  buildService: ({ url }) => new Forwarding({ url }),
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: '127.0.0.1', port: Number(process.env.PORT) },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});

import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { parse, printSchema } from 'graphql';
import { coreSubgraphs } from './core-subgraphs.ts';

/** Every file under `schema/` that is printed from the code, by name. */
export const printContract = (): Record<string, string> => {
  const subgraphs = coreSubgraphs();
  const composed = composeServices(subgraphs.map(({ name, sdl }) => ({ name, url: `http://${name}.subgraph`, typeDefs: parse(sdl) })));
  if (composed.errors) throw new Error(`The core does not compose:\n${composed.errors.map(({ message }) => message).join('\n')}`);
  const api = Supergraph.build(composed.supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES })
    .apiSchema()
    .toGraphQLJSSchema();
  return {
    ...Object.fromEntries(subgraphs.map(({ name, sdl }) => [`${name}.graphql`, sdl])),
    'supergraph.graphql': `${composed.supergraphSdl.trimEnd()}\n`,
    'api.graphql': `${printSchema(api).trimEnd()}\n`,
  };
};

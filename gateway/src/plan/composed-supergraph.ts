import { Supergraph as ComposedSupergraph, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import type { DocumentNode } from 'graphql';

// What the router enforces and stock gateways refuse, less what our executor doesn't do.
const unsupported = ['https://specs.apollo.dev/context/', 'https://specs.apollo.dev/connect/', 'https://specs.apollo.dev/cacheTag/'];
const supportedFeatures = new Set(
  [...ROUTER_SUPPORTED_SUPERGRAPH_FEATURES].filter((feature) => !unsupported.some((prefix) => feature.startsWith(prefix))),
);

/** Refuses a supergraph with features that are not enforced here. */
export const readSupergraph = (document: DocumentNode): ComposedSupergraph => ComposedSupergraph.build(document, { supportedFeatures });

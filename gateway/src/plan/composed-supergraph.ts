import { Supergraph as ComposedSupergraph, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import type { DocumentNode } from 'graphql';

// What the router enforces and stock gateways refuse, less what our executor doesn't do.
const unsupported = ['https://specs.apollo.dev/context/', 'https://specs.apollo.dev/connect/', 'https://specs.apollo.dev/cacheTag/'];
const supportedFeatures = new Set(
  [...ROUTER_SUPPORTED_SUPERGRAPH_FEATURES].filter((feature) => !unsupported.some((prefix) => feature.startsWith(prefix))),
);

interface Reading {
  /** Composition has found it sound, as it has every part of what it composed: looking again takes longer than all else. */
  readonly trusted?: boolean;
}

/** Refuses a supergraph with features that are not enforced here, and one that is not sound unless it is trusted. */
export const readSupergraph = (document: DocumentNode, { trusted = false }: Reading = {}): ComposedSupergraph =>
  ComposedSupergraph.build(document, { supportedFeatures, validateSupergraph: !trusted });

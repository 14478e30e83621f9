import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { hidePlatform } from './hide-platform.ts';

export interface CompositionRequest {
  readonly audience: 'tenant' | 'platform';
  readonly subgraphs: readonly { readonly name: string; readonly sdl: string }[];
}

export interface CompositionFinding {
  readonly code: string;
  readonly message: string;
  readonly subgraph: string | null;
  readonly line: number | null;
}

export type CompositionResult =
  | { readonly sdl: string; readonly errors?: undefined }
  | { readonly sdl?: undefined; readonly errors: readonly CompositionFinding[] };

/** True composition of a whole set. Where a subgraph runs is no part of it: the Directory knows. */
export const compose = ({ audience, subgraphs }: CompositionRequest): CompositionResult => {
  try {
    const services = subgraphs.map(({ name, sdl }) => {
      const document = parse(sdl);
      return { name, url: `http://${name}.subgraph`, typeDefs: audience === 'tenant' ? hidePlatform(document) : document };
    });
    const { supergraphSdl, errors } = composeServices(services);
    if (supergraphSdl) return { sdl: supergraphSdl };
    return {
      errors: (errors ?? []).map((error) => {
        const [node] = (error.nodes ?? []) as readonly { subgraph?: string; loc?: { startToken?: { line?: number } } }[];
        return {
          code: String(error.extensions?.code ?? 'COMPOSITION_FAILED'),
          message: error.message,
          subgraph: node?.subgraph ?? null,
          line: node?.loc?.startToken?.line ?? null,
        };
      }),
    };
  } catch (error) {
    return {
      errors: [{ code: 'SDL_INVALID', message: error instanceof Error ? error.message : String(error), subgraph: null, line: null }],
    };
  }
};

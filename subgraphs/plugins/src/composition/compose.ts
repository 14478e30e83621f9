import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { hidePlatform } from './hide-platform.ts';
import { leaveCoreWords } from './leave-core-words.ts';

export interface NamedSdl {
  readonly name: string;
  readonly sdl: string;
}

export interface CompositionRequest {
  readonly audience: 'tenant' | 'platform';
  readonly core: readonly NamedSdl[];
  readonly plugins: readonly NamedSdl[];
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
export const compose = (request: CompositionRequest): CompositionResult => {
  try {
    const { supergraphSdl, errors } = composeServices(
      documentsOf(request).map(([name, typeDefs]) => ({ name, url: `http://${name}.subgraph`, typeDefs })),
    );
    return supergraphSdl ? { sdl: supergraphSdl } : { errors: (errors ?? []).map(asFinding) };
  } catch (error) {
    return {
      errors: [{ code: 'SDL_INVALID', message: error instanceof Error ? error.message : String(error), subgraph: null, line: null }],
    };
  }
};

const documentsOf = ({ audience, core, plugins }: CompositionRequest) => {
  const ofCore = core.map(({ sdl }) => parse(sdl));
  const ofPlugins = plugins.map(({ sdl }) => leaveCoreWords(parse(sdl), ofCore));
  const shown = audience === 'tenant' ? hidePlatform(ofCore, ofPlugins) : ofCore;
  const names = [...core, ...plugins].map(({ name }) => name);
  return [...shown, ...ofPlugins].map((document, index) => [names[index] ?? '', document] as const);
};

const asFinding = (error: {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown };
  readonly nodes?: unknown;
}): CompositionFinding => {
  const [node] = (error.nodes ?? []) as readonly { subgraph?: string; loc?: { startToken?: { line?: number } } }[];
  return {
    code: String(error.extensions?.code ?? 'COMPOSITION_FAILED'),
    message: error.message,
    subgraph: node?.subgraph ?? null,
    line: node?.loc?.startToken?.line ?? null,
  };
};

import { hash } from 'node:crypto';
import { grants } from '@plexica/schema';
import { LRUCache } from 'lru-cache';
import type { Directory } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import type { Admitted } from '../request.ts';

/** What a client sends of an operation. */
export interface Asked {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

type Manifest = ReadonlyMap<string, string>;
type TextsOf = Directory['clientManifest'];

export type RegisteredOperations = ReturnType<typeof createRegisteredOperations>;

/** Operations of clients that come with the platform, by the client's name and the SHA-256 of the text: as if every tenant had registered them. */
export type BuiltInOperations = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface RegisteredDeps {
  readonly directory: Pick<Directory, 'clientManifest' | 'pluginOperations'>;
  readonly builtIn?: BuiltInOperations;
}

const charactersAtMost = 50_000_000;

/** The operations that clients of a tenant registered: found by their hash alone, and, where the tenant says so, the only ones that run. */
export const createRegisteredOperations = ({ directory, builtIn = {} }: RegisteredDeps) => {
  const ofPlatform = new Map(Object.entries(builtIn).map(([client, texts]) => [client, new Map(Object.entries(texts))]));
  const loaded = new LRUCache<string, Manifest>({ maxSize: charactersAtMost, sizeCalculation: sizeOf });
  const underWay = new Map<string, Promise<Manifest>>();

  const load = async (digest: string, textsOf: TextsOf): Promise<Manifest> => {
    const texts = await textsOf(digest);
    // Replaced a moment ago; the tenant's record names the new one within a second.
    if (!texts) throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 1 });
    const manifest = new Map(Object.entries(texts));
    loaded.set(digest, manifest);
    return manifest;
  };
  const manifestOf = (digest: string, textsOf: TextsOf): Manifest | Promise<Manifest> => {
    const found = loaded.get(digest) ?? underWay.get(digest);
    if (found) return found;
    const loading = load(digest, textsOf).finally(() => underWay.delete(digest));
    underWay.set(digest, loading);
    return loading;
  };

  /** What the tenant's admin registered for a client; else what a plugin that is active there came with, for its own components alone. */
  const registeredText = async (admitted: Admitted, named: string): Promise<string | undefined> => {
    const { tenant, principal } = admitted;
    const digest = ownOf(tenant?.manifests, clientOf(admitted));
    const text = digest ? (await manifestOf(digest, directory.clientManifest)).get(named) : undefined;
    if (text !== undefined || !tenant?.registeredOnly) return text;
    const version = principal.kind === 'signed-in' ? ownOf(tenant.plugins, principal.plugin)?.digest : undefined;
    return version ? (await manifestOf(version, directory.pluginOperations)).get(named) : undefined;
  };

  return {
    /** Whether anything is to be asked here: nothing is for a tenant that registered nothing. */
    concern(admitted: Admitted): boolean {
      const { tenant } = admitted;
      if (!tenant || tenant.registeredOnly) return tenant !== undefined;
      const client = clientOf(admitted);
      return client !== undefined && (Object.hasOwn(tenant.manifests, client) || ofPlatform.has(client));
    },

    /** The text to run; undefined where neither a text was sent nor its hash is registered. Rejects with OPERATION_NOT_REGISTERED. */
    async text({ query, extensions }: Asked, admitted: Admitted): Promise<string | undefined> {
      const { tenant } = admitted;
      const sent = typeof query === 'string' && query ? query : undefined;
      const named = sent === undefined ? hashIn(extensions) : hash('sha256', sent);
      const known = named ? ofPlatform.get(clientOf(admitted) ?? '')?.get(named) : undefined;
      const registered = known ?? (named ? await registeredText(admitted, named) : undefined);
      if (registered === undefined && tenant?.registeredOnly && !mayAskAnything(admitted)) throw new Refusal('OPERATION_NOT_REGISTERED');
      return registered ?? sent;
    },
  };
};

// Who may change the mode must be able to undo it; who has no token sees the public fields alone, and has to sign in somehow.
const mayAskAnything = ({ principal }: Admitted): boolean =>
  principal.kind === 'anonymous' || (principal.plugin === undefined && grants(principal.permissions, 'settings.write'));

/** What a client calls itself; a component of a plugin is called so, whatever it says. */
const clientOf = ({ principal, client }: Admitted): string | undefined =>
  principal.kind === 'signed-in' && principal.plugin !== undefined ? `plexica-plugin/${principal.plugin}` : client;

const ownOf = <Value>(record: Readonly<Record<string, Value>> = {}, key = ''): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const hashIn = (extensions: unknown): string | undefined => {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
  return typeof persistedQuery?.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined;
};

const sizeOf = (manifest: Manifest): number => {
  let characters = 1;
  for (const text of manifest.values()) characters += text.length + 64;
  return characters;
};

import { createInstance, type ModuleFederation } from '@module-federation/runtime';
import * as runtimeCore from '@module-federation/runtime-core';
import { satisfies } from 'semver';
import type { Component } from 'vue';
import * as vue from 'vue';

/** Why a plugin's component cannot be shown. */
export type RemoteProblem = 'missing' | 'broken' | 'slow' | 'vue';

export class RemoteFailure extends Error {
  override readonly name = 'RemoteFailure';

  constructor(
    readonly problem: RemoteProblem,
    cause?: unknown,
  ) {
    super(`The remote is ${problem}.`, { cause });
  }
}

export interface RemoteComponent {
  readonly pluginId: string;
  /** Path of the entry on this host; holds the digest of the files. */
  readonly entry: string;
  /** Range of Vue that it was built for. */
  readonly vue: string;
  readonly expose: string;
}

const timeoutMs = 10_000;

/** Loads one component of a remote. Rejects with a RemoteFailure, whatever the remote does. */
export const createRemoteLoader = (deps: {
  readonly host: Pick<ModuleFederation, 'registerRemotes' | 'loadRemote'>;
  readonly exists: (entry: string) => Promise<boolean>;
  readonly vueVersion: string;
  readonly timeoutMs?: number;
}) => {
  const registered = new Map<string, string>();
  const loaded = async ({ pluginId, entry, expose }: RemoteComponent): Promise<Component> => {
    if (!(await deps.exists(entry))) throw new RemoteFailure('missing');
    const name = pluginId.replaceAll('-', '_');
    if (registered.get(name) !== entry) {
      deps.host.registerRemotes([{ name, entry, type: 'module' }], { force: true });
      registered.set(name, entry);
    }
    const module = await deps.host.loadRemote<{ default: Component }>(`${name}/${expose.replace(/^\.\//, '')}`).catch((cause: unknown) => {
      registered.delete(name);
      throw new RemoteFailure('broken', cause);
    });
    if (!module?.default) throw new RemoteFailure('broken');
    return module.default;
  };
  return async (component: RemoteComponent): Promise<Component> => {
    // The federation runtime does not look at versions by itself.
    if (!satisfies(deps.vueVersion, component.vue)) throw new RemoteFailure('vue');
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new RemoteFailure('slow')), deps.timeoutMs ?? timeoutMs);
    return Promise.race([loaded(component), late.promise]).finally(() => clearTimeout(timer));
  };
};

let host: ModuleFederation | undefined;

/** Remotes are built without the federation runtime and look for the shell's under this name. */
const provideRuntime = () => Object.assign(globalThis, { _FEDERATION_RUNTIME_CORE: runtimeCore });

/** The shell's own loader: shares its Vue with every remote. */
export const loadRemoteComponent = (component: RemoteComponent): Promise<Component> => {
  provideRuntime();
  host ??= createInstance({
    name: 'plexica_shell',
    remotes: [],
    shared: { vue: { version: vue.version, lib: () => vue, shareConfig: { singleton: true, requiredVersion: `^${vue.version}` } } },
  });
  return createRemoteLoader({
    host,
    vueVersion: vue.version,
    exists: async (entry) => (await fetch(entry, { method: 'GET', credentials: 'omit' }).catch(() => undefined))?.ok ?? false,
  })(component);
};

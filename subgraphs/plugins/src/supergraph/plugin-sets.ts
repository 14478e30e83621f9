import { createHash } from 'node:crypto';
import { DomainError } from '@plexica/plugin-kit';
import { LRUCache } from 'lru-cache';
import type { CompositionFinding, NamedSdl } from '../composition/compose.ts';
import type { PluginsDeps } from '../deps.ts';
import { PluginVersionEntity } from '../registry/plugin.entity.ts';
import { type Audience, PluginSetEntity } from './plugin-set.entity.ts';

export interface SetMember {
  readonly id: string;
  readonly version: string;
}

export interface ComposedSet {
  readonly hash: string;
  readonly audience: Audience;
  readonly sdl: string;
  readonly subgraphs: readonly string[];
  readonly composedAt: Date;
}

/** Part of every hash: sets that were composed in another way are other sets. */
const method = '3';
const setsAtMost = 50;
const hashesAtMost = 10_000;
const digestsAtMost = 10_000;

type SetDeps = Pick<PluginsDeps, 'database' | 'core' | 'composer' | 'clock'>;

/** Plugin sets by content: composed once per set ever, stored for good. */
export const createPluginSets = ({ database, core, composer, clock }: SetDeps) => {
  const underWay = new Map<string, Promise<string>>();

  // A hash never stands for another set, so a set that was read need not be read again.
  const read = new LRUCache<string, ComposedSet>({ max: setsAtMost });
  // Nor is it ever lost.
  const made = new LRUCache<string, true>({ max: hashesAtMost });
  // What a version was published with it keeps.
  const digests = new LRUCache<string, string>({ max: digestsAtMost });

  const find = async (hash: string): Promise<ComposedSet | undefined> => {
    const known = read.get(hash);
    if (known) return known;
    const row = await database.platform((em) => em.findOne(PluginSetEntity, { hash }));
    if (!row) return undefined;
    const { audience, sdl, subgraphs, composedAt } = row;
    const set = { hash, audience, sdl, subgraphs, composedAt };
    read.set(hash, set);
    return set;
  };

  const sdlsOf = async (members: readonly SetMember[]): Promise<NamedSdl[]> => {
    if (!members.length) return [];
    const rows = await database.platform((em) =>
      em.find(
        PluginVersionEntity,
        { $or: members.map(({ id, version }) => ({ pluginId: id, version })) },
        // A version is mostly manifest.
        { fields: ['pluginId', 'version', 'sdl'] },
      ),
    );
    return members.map(({ id }) => {
      const row = rows.find(({ pluginId }) => pluginId === id);
      if (!row) throw new DomainError('PLUGIN_NOT_FOUND');
      return { name: id, sdl: row.sdl };
    });
  };

  const digestsOf = async (members: readonly SetMember[]): Promise<string[]> => {
    const unknown = members.filter((member) => !digests.has(named(member)));
    const sdls = await sdlsOf(unknown);
    for (const [index, member] of unknown.entries()) digests.set(named(member), digest([sdls[index]?.sdl ?? '']));
    return members.map((member) => `${named(member)}\n${digests.get(named(member))}`);
  };

  /** Without its text, which is long and wanted elsewhere. */
  const isMade = async (hash: string): Promise<boolean> =>
    made.has(hash) || Boolean(await database.platform((em) => em.findOne(PluginSetEntity, { hash }, { fields: ['hash'] })));

  const make = async (hash: string, audience: Audience, members: readonly SetMember[]): Promise<void> => {
    if (await isMade(hash)) return;
    const plugins = await sdlsOf(members);
    const { sdl, errors } = await composer.compose({ audience, core: coreSdls(), plugins });
    if (!sdl) throw new CompositionRefused(errors ?? []);
    const set: ComposedSet = { hash, audience, sdl, subgraphs: [...coreSdls(), ...plugins].map(({ name }) => name), composedAt: clock() };
    await database.platform((em) =>
      em.upsert(
        PluginSetEntity,
        { ...set, subgraphs: [...set.subgraphs], plugins: members.map(named), coreDigest: coreDigest() },
        { onConflictFields: ['hash'], onConflictAction: 'ignore' },
      ),
    );
  };

  // Only what crosses over to the worker: a subgraph is more than its SDL.
  const coreSdls = (): NamedSdl[] => core().map(({ name, sdl }) => ({ name, sdl }));
  let ofCore: string | undefined;
  const coreDigest = () => {
    ofCore ??= digest(core().map(({ name, sdl }) => `${name}\n${sdl}`));
    return ofCore;
  };

  return {
    find,
    /** The hash of the set; composes it if nobody did before. */
    async ensure(audience: Audience, members: readonly SetMember[]): Promise<string> {
      const sorted = [...members].sort((left, right) => named(left).localeCompare(named(right)));
      const hash = digest([method, audience, coreDigest(), ...(await digestsOf(sorted))]);
      const running = underWay.get(hash);
      if (running) return running;
      const making = make(hash, audience, sorted).then(() => {
        made.set(hash, true);
        return hash;
      });
      underWay.set(hash, making);
      return making.finally(() => underWay.delete(hash));
    },
  };
};

export type PluginSets = ReturnType<typeof createPluginSets>;

/** The set does not compose; says what composition found. */
export class CompositionRefused extends DomainError {
  constructor(readonly findings: readonly CompositionFinding[]) {
    super('PLUGIN_SCHEMA_INVALID', {
      message: findings.map(({ code, message }) => `${code}: ${message}`).join('\n') || 'The set does not compose.',
      path: ['input', 'sdl'],
    });
  }
}

const named = ({ id, version }: SetMember): string => `${id}@${version}`;

const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);

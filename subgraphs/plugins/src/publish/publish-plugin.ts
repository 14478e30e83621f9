import { createHash } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import type { UploadStore } from '@plexica/foundation';
import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import type { PluginsDeps } from '../deps.ts';
import { unpackBundle } from '../files/plugin-bundle.ts';
import { type Plugin, PluginEntity, PluginVersionEntity, type PluginVersionRow } from '../registry/plugin.entity.ts';
import { mustBePublisher, publishesAtOnce, publishPermission } from '../review/publisher.ts';
import { presentedBy, releaseVersion } from '../review/release-version.ts';
import type { VersionCheck } from './check-version.ts';

export interface PublishInput {
  readonly manifest: unknown;
  readonly sdl: string;
  readonly uiBundle?: string | null;
}

type PublishDeps = Pick<PluginsDeps, 'changeFor' | 'clock' | 'storage'> & {
  readonly uploads: UploadStore;
  readonly check: VersionCheck;
};

/**
 * Takes a version into the catalogue after every check passed: published at once for a platform admin, as a draft for whoever has a
 * publisher key. A published version never changes; publishing it again as it is changes nothing.
 */
export const createPublishing = ({ changeFor, clock, storage, uploads, check }: PublishDeps) => ({
  async publish(call: SubgraphCall, input: PublishInput): Promise<Plugin> {
    mustBePublisher(call.claims);
    const { manifest, findings } = await check(input);
    const bundle = input.uiBundle
      ? await unpackBundle(await uploads.take(input.uiBundle, call.claims.user?.id ?? '', 'uiBundle'), manifest)
      : undefined;
    if (manifest.ui && !bundle)
      throw new DomainError('PLUGIN_MANIFEST_INVALID', {
        message: 'The manifest names a UI: send its files with `uiBundle`.',
        path: ['input', 'uiBundle'],
      });
    await bundle?.store(storage);
    const digest = createHash('sha256')
      .update(JSON.stringify([manifest, input.sdl, bundle?.digest ?? null]))
      .digest('hex');
    const atOnce = publishesAtOnce(call.claims);
    const useCase = { action: 'plugin.publish', scope: 'platform', guard: { permission: publishPermission } } as const;
    return changeFor(call)(useCase, input, async ({ sdl }, { em, events, audit }) => {
      const { id, version } = manifest;
      const plugin =
        (await em.findOne(PluginEntity, { id })) ??
        em.create(PluginEntity, { id, ...presentedBy(manifest), status: 'DRAFT', latestVersion: version });
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
      const known = (await em.findOne(PluginVersionEntity, { pluginId: id, version }, lock)) as PluginVersionRow | null;
      if (known && known.digest !== digest && !isOpen(known))
        throw new DomainError('PLUGIN_VERSION_EXISTS', { path: ['input', 'manifest', 'version'] });
      if (known?.digest === digest && !(atOnce && awaitsRelease(known))) return plugin;
      await em.flush();
      const content: Omit<PluginVersionRow, 'pluginId' | 'version' | 'reviewNotes'> = {
        manifest,
        sdl,
        digest,
        uiDigest: bundle?.digest ?? null,
        uiIntegrity: bundle?.integrity ?? null,
        status: 'DRAFT',
        checks: [...findings],
        publishedAt: null,
        submittedAt: null,
      };
      const row = known
        ? Object.assign(known, content)
        : (em.create(PluginVersionEntity, { pluginId: id, version, reviewNotes: null, ...content }) as PluginVersionRow);
      if (atOnce) releaseVersion(plugin, row, { now: clock(), events });
      audit({ target: { type: 'plugin', id }, after: { version, digest, status: row.status } });
      return plugin;
    });
  },
});

export type Publishing = ReturnType<typeof createPublishing>;

/** Nobody counts on its content: another may take its place. In review it may not, or something unseen would be approved. */
const isOpen = ({ status }: PluginVersionRow): boolean => status === 'DRAFT' || status === 'REJECTED';

const awaitsRelease = ({ status }: PluginVersionRow): boolean => status !== 'PUBLISHED' && status !== 'DEPRECATED';

import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import type { CheckedVersion } from '../publish/check-version.ts';
import { type Plugin, PluginVersionEntity, type PluginVersionRow } from '../registry/plugin.entity.ts';
import { mustBePublisher, publishPermission } from './publisher.ts';
import { releaseVersion } from './release-version.ts';
import { lockedVersion, mustStand } from './version-row.ts';

export interface VersionToReview {
  readonly pluginId: string;
  readonly version: string;
  /** What its caller has looked at. */
  readonly digest?: string | null;
}

export interface Decision extends VersionToReview {
  readonly reviewNotes?: string | null;
}

export interface Reviewed {
  readonly plugin: Plugin;
  readonly pluginVersion: PluginVersionRow;
}

type ReviewDeps = Pick<PluginsDeps, 'database' | 'changeFor' | 'clock'> & {
  readonly check: (version: Pick<PluginVersionRow, 'manifest' | 'sdl'>) => Promise<CheckedVersion>;
};

/** The way of a version that a publisher handed in: submitted, then approved or rejected by a platform admin. */
export const createReviews = ({ database, changeFor, clock, check }: ReviewDeps) => {
  const asAdmin = { scope: 'platform', guard: { role: superAdmin } } as const;
  const target = ({ pluginId }: VersionToReview) => ({ type: 'plugin', id: pluginId });

  return {
    /** Asks for a review; asking again changes nothing. */
    async submit(call: SubgraphCall, input: VersionToReview): Promise<Reviewed> {
      mustBePublisher(call.claims);
      const useCase = { scope: 'platform', guard: { permission: publishPermission }, action: 'plugin.submit' } as const;
      return changeFor(call)(useCase, input, async ({ version, digest }, { em, audit }) => {
        const { plugin, row } = await lockedVersion(em, input);
        mustBeSeen(row, digest);
        if (row.status === 'IN_REVIEW') return { plugin, pluginVersion: row };
        mustStand(row, 'DRAFT');
        Object.assign(row, { status: 'IN_REVIEW', submittedAt: clock() });
        audit({ target: target(input), after: { version, status: 'IN_REVIEW' } });
        return { plugin, pluginVersion: row };
      });
    },

    /** Publishes it. The catalogue may have changed since it was handed in, so all checks run once more. */
    async approve(call: SubgraphCall, input: Decision): Promise<Reviewed> {
      const { pluginId, version } = input;
      const handedIn = (await database.platform((em) => em.findOne(PluginVersionEntity, { pluginId, version }))) as PluginVersionRow | null;
      const findings = handedIn?.status === 'IN_REVIEW' ? (await check(handedIn)).findings : [];
      return changeFor(call)({ ...asAdmin, action: 'plugin.approve' }, input, async ({ digest, reviewNotes }, { em, events, audit }) => {
        const { plugin, row } = await lockedVersion(em, input);
        mustStand(row, 'IN_REVIEW');
        mustBeSeen(row, digest ?? handedIn?.digest);
        Object.assign(row, { checks: [...findings], reviewNotes: reviewNotes ?? null });
        releaseVersion(plugin, row, { now: clock(), events });
        audit({ target: target(input), before: { status: 'IN_REVIEW' }, after: { version, status: 'PUBLISHED', digest: row.digest } });
        return { plugin, pluginVersion: row };
      });
    },

    /** Sends it back with a word on why; its publisher may hand in another in its place. */
    async reject(call: SubgraphCall, input: Decision): Promise<Reviewed> {
      return changeFor(call)({ ...asAdmin, action: 'plugin.reject' }, input, async ({ version, digest, reviewNotes }, { em, audit }) => {
        if (!reviewNotes?.trim())
          throw new DomainError('BAD_USER_INPUT', { message: 'Say what its author should change.', path: ['input', 'reviewNotes'] });
        const { plugin, row } = await lockedVersion(em, input);
        mustStand(row, 'IN_REVIEW');
        mustBeSeen(row, digest);
        Object.assign(row, { status: 'REJECTED', reviewNotes });
        audit({ target: target(input), before: { status: 'IN_REVIEW' }, after: { version, status: 'REJECTED', reviewNotes } });
        return { plugin, pluginVersion: row };
      });
    },
  };
};

export type Reviews = ReturnType<typeof createReviews>;

/** What was decided on is what was looked at. */
const mustBeSeen = (row: PluginVersionRow, digest: string | null | undefined): void => {
  if (digest != null && digest !== row.digest)
    throw new DomainError('VERSION_CONFLICT', { message: 'Another content was handed in meanwhile.', path: ['input', 'digest'] });
};

import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Change } from '@plexica/foundation';
import { DomainError, type PageArgs } from '@plexica/plugin-kit';
import type { IdentityDeps } from '../deps.ts';
import { mustBeKnown } from '../permission/held-permissions.ts';
import { PluginPermissionEntity } from '../permission/plugin-permission.entity.ts';
import type { Caller } from '../tenant/caller.ts';
import type { DirectoryNotices } from '../tenant/directory-notices.ts';
import { isUuid, lockUser } from '../user/user-rows.ts';
import { type ApiKey, ApiKeyEntity } from './api-key.entity.ts';
import { pageOfApiKeys } from './api-key-page.ts';
import { hashApiKeySecret, hintOf, newApiKeySecret, sessionOfKey } from './api-key-secret.ts';

interface ApiKeyServiceDeps extends Pick<IdentityDeps, 'newId' | 'clock'> {
  readonly change: Change;
  readonly caller: Caller;
  readonly notices: DirectoryNotices;
  readonly read: <T>(work: (em: EntityManager) => Promise<T>) => Promise<T>;
}

interface NewApiKey {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly expiresAt?: Date | null;
}

interface Listed {
  readonly userId?: string | null;
  readonly everybody?: boolean | null;
  readonly ended?: boolean | null;
}

const keysAtMost = 50;

/** API keys: made by a person for a program, shown once, revoked at any time. */
export class ApiKeyService {
  readonly #deps: ApiKeyServiceDeps;

  constructor(deps: ApiKeyServiceDeps) {
    this.#deps = deps;
  }

  async create(input: NewApiKey): Promise<{ apiKey: ApiKey; secret: string }> {
    const { change, caller, clock, newId } = this.#deps;
    caller.mustBePerson();
    const secret = newApiKeySecret(caller.tenant.slug);
    const apiKey = await change({ action: 'api-key.create' }, input, async ({ name, permissions, expiresAt }, { em, audit }) => {
      const now = clock();
      // The lock makes the keys of one user countable.
      const owner = await lockUser(em, caller.userId);
      const granted = mustBeKnown(permissions, await em.find(PluginPermissionEntity, {}), caller.tenant.slug);
      caller.mustHold(granted);
      const made = { name: nameOf(name), permissions: granted, expiresAt: futureOf(expiresAt, now) };
      if ((await countOf(em, owner.id, now)) >= keysAtMost) {
        throw new DomainError('API_KEY_LIMIT_REACHED', { message: `A user has at most ${keysAtMost} API keys; revoke one first.` });
      }
      const key = em.create(ApiKeyEntity, {
        ...made,
        id: newId(),
        userId: owner.id,
        secretHash: hashApiKeySecret(secret),
        hint: hintOf(secret),
        createdAt: now,
        lastUsedAt: null,
        revokedAt: null,
      });
      audit({ target: { type: 'api-key', id: key.id }, after: { ...made, expiresAt: made.expiresAt?.toISOString() ?? null } });
      return key;
    });
    return { apiKey, secret };
  }

  async revoke({ id }: { readonly id: string }): Promise<ApiKey> {
    const { change, caller, clock, notices } = this.#deps;
    const key = await change({ action: 'api-key.revoke' }, { id }, async (input, { em, audit }) => {
      const found = isUuid(id) ? await em.findOne(ApiKeyEntity, input, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }) : null;
      if (!found) throw new DomainError('API_KEY_NOT_FOUND', { path: ['input', 'id'] });
      if (!caller.is(found.userId)) {
        caller.mustHave('users.write');
        caller.mustHold(found.permissions);
      }
      found.revokedAt ??= clock();
      audit({ target: { type: 'api-key', id }, before: { name: found.name } });
      return found;
    });
    notices.session(caller.tenant.slug, sessionOfKey(key.id));
    return key;
  }

  async page(page: PageArgs, { userId, everybody, ended }: Listed) {
    const { caller, clock, read } = this.#deps;
    const owner = everybody ? undefined : (userId ?? caller.userId);
    if (owner === undefined || !caller.is(owner)) caller.mustHave('users.read');
    return read((em) => pageOfApiKeys(em, page, { userId: owner, countingAt: ended ? undefined : clock() }));
  }
}

const countOf = (em: EntityManager, userId: string, now: Date) =>
  em.count(ApiKeyEntity, { userId, revokedAt: null, $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] });

const nameOf = (raw: string): string => {
  const name = raw.trim();
  if (!name || name.length > 60)
    throw new DomainError('BAD_USER_INPUT', { message: 'The name of an API key has 1 to 60 characters.', path: ['input', 'name'] });
  return name;
};

const futureOf = (expiresAt: Date | null | undefined, now: Date): Date | null => {
  if (expiresAt && expiresAt <= now)
    throw new DomainError('BAD_USER_INPUT', { message: '`expiresAt` is in the future.', path: ['input', 'expiresAt'] });
  return expiresAt ?? null;
};

import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A realm with its sealed secrets; what makes `<url>/realms/<slug>` answer. */
export const RealmEntity = defineEntity({
  name: 'IssuerRealm',
  tableName: 'issuer_realm',
  schema: 'plexica',
  properties: {
    slug: p.text().primary(),
    /** Changes when a deleted realm is made again, so that no replica serves the old keys. */
    generation: p.uuid(),
    /** Private JWKS, sealed. */
    keys: p.text(),
    /** Signs the realm's cookies, sealed. */
    cookieKey: p.text(),
  },
});
export type RealmRow = InferEntity<typeof RealmEntity>;

/** Somebody who may sign in to a realm, once there is a password and the account is enabled. */
export const AccountEntity = defineEntity({
  name: 'IssuerAccount',
  tableName: 'issuer_account',
  schema: 'plexica',
  properties: {
    realm: p.text().primary(),
    subject: p.text().primary(),
    email: p.text(),
    /** The email in lower case; unique among the enabled accounts of a realm. */
    username: p.text(),
    displayName: p.text(),
    enabled: p.boolean(),
    passwordHash: p.text().nullable(),
  },
});
export type AccountRow = InferEntity<typeof AccountEntity>;

/** What oidc-provider keeps: sessions of browsers, grants, codes, refresh tokens, sign-ins under way. */
export const RecordEntity = defineEntity({
  name: 'IssuerRecord',
  tableName: 'issuer_record',
  schema: 'plexica',
  properties: {
    realm: p.text().primary(),
    model: p.text().primary(),
    /** SHA-256 of the id: a token can't be read out of the database. */
    idHash: p.text().primary(),
    payload: p.json().$type<Record<string, unknown>>(),
    grantId: p.text().nullable(),
    accountId: p.text().nullable(),
    uid: p.text().nullable(),
    consumedAt: p.datetime().nullable(),
    expiresAt: p.datetime().nullable(),
  },
});
export type RecordRow = InferEntity<typeof RecordEntity>;

/** Failed attempts on one name, whether an account bears it or not: the lock tells nobody which accounts exist. */
export const FailureEntity = defineEntity({
  name: 'IssuerFailure',
  tableName: 'issuer_failure',
  schema: 'plexica',
  properties: {
    realm: p.text().primary(),
    usernameHash: p.text().primary(),
    failures: p.integer(),
    lastAt: p.datetime(),
    lockedUntil: p.datetime().nullable(),
  },
});

import { readFileSync } from 'node:fs';
import type { NamedSdl } from '../src/composition/compose.ts';

const contract = (name: string): NamedSdl => ({
  name,
  sdl: readFileSync(new URL(`../../../schema/${name}.graphql`, import.meta.url), 'utf8'),
});

/** The core as committed under `schema/`. */
export const core: readonly NamedSdl[] = ['tenancy', 'identity', 'plugins'].map(contract);

export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@tag", "@inaccessible", "@override", "@authenticated", "@requiresScopes", "@interfaceObject", "@composeDirective", "@provides", "@requires"])\n`;

/** A plugin that does everything as it should. */
export const crmSdl = `${link}
type Query {
  crmContacts(first: Int): [CrmContact!] @authenticated
}

type Tenant @key(fields: "id") {
  id: ID!
  crm: CrmOverview
}

type CrmOverview {
  contacts: Int!
}

type CrmContact @key(fields: "id") {
  id: ID!
  name: String!
  tenant: Tenant
}
`;

import { platformRealm } from '@plexica/schema';
import { Field, ObjectType } from 'type-graphql';
import type { TenancyDeps } from '../deps.ts';
import { Branding } from './branding.ts';
import { createTenantDirectory } from './tenant-directory.ts';

@ObjectType({ description: 'What a console needs before anybody is signed in; says nothing that is not public.' })
export class TenantSignIn {
  @Field(() => String, { description: 'The slug asked for.' })
  slug!: string;

  @Field(() => String, { description: 'What people call the tenant, for the heading of the page.' })
  name!: string;

  @Field(() => String, { description: 'OpenID issuer of the tenant; its discovery document lies below this address.' })
  issuer!: string;

  @Field(() => String, { description: 'OpenID client of the console: public, authorization code with PKCE.' })
  clientId!: string;

  @Field(() => Branding, { description: 'Logo and colours of the page.' })
  branding!: Branding;
}

/** Null for an unknown slug and for a tenant that is not active alike. The platform's own realm answers too. */
export const findTenantSignIn = async (slug: string, deps: Pick<TenancyDeps, 'database' | 'identity'>): Promise<TenantSignIn | null> => {
  const found = slug === platformRealm ? thePlatform : await createTenantDirectory(deps).bySlug(slug);
  if (found?.status !== 'ACTIVE') return null;
  const { issuer, clientId } = deps.identity.endpoints(slug);
  return { slug, name: found.name, issuer, clientId, branding: found.branding };
};

const thePlatform = { name: 'Plexica', status: 'ACTIVE', branding: {} } as const;

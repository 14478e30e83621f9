import { defineEntity, OptionalProps, p } from '@mikro-orm/postgresql';
import type { OperationKind } from '@plexica/foundation';
import { DateTime, DomainError, Json } from '@plexica/plugin-kit';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export const InstallationStatus = {
  INSTALLING: 'INSTALLING',
  INSTALLED: 'INSTALLED',
  ACTIVE: 'ACTIVE',
  DEACTIVATED: 'DEACTIVATED',
  UPGRADING: 'UPGRADING',
  UNINSTALLING: 'UNINSTALLING',
  FAILED: 'FAILED',
} as const;
export type InstallationStatus = keyof typeof InstallationStatus;
registerEnumType(InstallationStatus, {
  name: 'InstallationStatus',
  description: 'Where an installation stands.',
  valuesConfig: {
    INSTALLING: { description: 'Its schema, permissions and supergraph are being made; not usable yet.' },
    INSTALLED: { description: 'Ready, never active so far: nothing of it is in the supergraph.' },
    ACTIVE: { description: 'Its types are in the tenant’s supergraph, its hooks run, its UI shows.' },
    DEACTIVATED: { description: 'Taken out of the supergraph; its data is kept.' },
    UPGRADING: { description: 'A new version is being staged; the old one still answers.' },
    UNINSTALLING: { description: 'All that is the plugin’s is being removed.' },
    FAILED: { description: 'Installing failed and was undone; `problems` says why. Install again to retry.' },
  },
});

@ObjectType({ description: 'Something about an installation that an admin should look at.' })
export class PluginProblem {
  @Field(() => String, { description: 'What kind of problem, in registered codes such as `PLUGIN_UNAVAILABLE`.' })
  code!: string;

  @Field(() => String, { description: 'The problem in words, with what to do about it where that is known.' })
  message!: string;
}

/** One plugin in one tenant. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'One plugin in one tenant, with its configuration. Kept in the schema of the tenant.' })
export class PluginInstallation {
  declare [OptionalProps]?: 'secrets' | 'databaseUrl' | 'operationId' | 'operationKind' | 'installedAt' | 'activatedAt' | 'snapshot';

  @Field(() => ID, { description: 'Opaque; an uninstalled and reinstalled plugin gets a new one.' })
  id!: string;

  pluginId!: string;

  @Field(() => String, { description: 'The version of the plugin that is installed, semver.' })
  pluginVersion!: string;

  @Field(() => Int, { description: 'Grows with each change of configuration; updates send it back so that none overwrites another.' })
  version!: number;

  @Field(() => InstallationStatus, { description: 'Whether it can be used now, and if not, why.' })
  status!: InstallationStatus;

  @Field(() => Json, { description: 'As configured, defaults filled in; secrets (`writeOnly` in the schema) are never answered.' })
  configuration!: Record<string, unknown>;

  secrets?: string | null;
  configurationVersion!: number;

  @Field(() => [String], { description: 'Permissions of the core that the plugin was granted when it was installed.' })
  grantedScopes!: string[];

  @Field(() => [PluginProblem], { description: 'What an admin should look at; empty when all is well.' })
  problems!: PluginProblem[];

  databaseUrl?: string | null;
  /** The work it waits for; null when there is none. */
  operationId?: string | null;
  operationKind?: OperationKind | null;

  @Field(() => DateTime, { nullable: true, description: 'When installing was finished; null while it is under way.' })
  installedAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last activated; null if it never was.' })
  activatedAt?: Date | null;

  createdAt!: Date;

  get snapshot() {
    return { id: this.pluginId, version: this.pluginVersion };
  }

  expect(version: number | null | undefined): void {
    if (version !== null && version !== undefined && version !== this.version) {
      throw new DomainError('VERSION_CONFLICT', { details: { current: this }, path: ['input', 'version'] });
    }
  }
}

export const InstallationEntity = defineEntity({
  class: PluginInstallation,
  tableName: 'plugin_installation',
  schema: '*',
  properties: {
    id: p.uuid().primary(),
    pluginId: p.text(),
    pluginVersion: p.text(),
    version: p.integer(),
    status: p.text().$type<InstallationStatus>(),
    configuration: p.json<Record<string, unknown>>(),
    secrets: p.text().nullable(),
    configurationVersion: p.integer(),
    grantedScopes: p.json<string[]>(),
    problems: p.json<PluginProblem[]>(),
    databaseUrl: p.text().nullable(),
    operationId: p.text().nullable(),
    operationKind: p.text().$type<OperationKind>().nullable(),
    installedAt: p.datetime().nullable(),
    activatedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
});

import { ConfigurationProblem, type IdentityProvider } from '@plexica/foundation';
import { platformRealm } from '@plexica/schema';
import { demoPassword, platformAdmin } from './demo-tenants.ts';

/** Everybody knows the demo's passwords: data that has its accounts serves nothing but a demo. */
export const refuseDemoAccounts = async (identity: Pick<IdentityProvider, 'signIn' | 'endSession'>): Promise<void> => {
  const opened = await identity.signIn(platformRealm, { username: platformAdmin, password: demoPassword }).catch(() => undefined);
  if (!opened) return;
  await identity.endSession(platformRealm, opened.session);
  throw new ConfigurationProblem([
    `PLEXICA_DEMO: this data has demo accounts, whose passwords are public (${platformAdmin}); start a demo on it, or start on other data`,
  ]);
};

import type { FirstAdmin } from '../admin/platform-admin.ts';
import { demoPassword, demoTenants, platformAdmin } from '../demo/demo-tenants.ts';

/** What to open next, who can sign in, and one request that works. */
export const banner = (url: string, options: { readonly admin?: FirstAdmin; readonly seconds: string }): string => {
  const head = `\n  Plexica is up at ${url} (${options.seconds})\n`;
  if (options.admin) {
    const { email, password } = options.admin;
    return `${head}
  Sign in at ${url} in the realm plexica as the platform admin ${email}
  with the password ${password} (kept in first-admin.json beside the data), and create your first tenant.

  Ctrl-C stops everything.
`;
  }
  const tenants = demoTenants.map(
    ({ slug, name, ...rest }) =>
      `    ${slug.padEnd(14)}${name}${'plugins' in rest ? ', analytics active' : ''}${'suspended' in rest ? ', suspended' : ''}`,
  );
  return `${head}
  Sign in at ${url} as
    ${platformAdmin} in the realm plexica (platform admin)
    admin@<tenant>.test, user@<tenant>.test or guest@<tenant>.test
  with the password ${demoPassword}. Tenants:
${tenants.join('\n')}

  Try one request (a token first, then a query over two subgraphs and a plugin):

    TOKEN=$(curl -s ${url}/graphql -H 'content-type: application/json' -d '{"query":"mutation { login(input: {tenantSlug: \\"demo-company\\", username: \\"admin@demo-company.test\\", password: \\"${demoPassword}\\"}) { session { accessToken } } }"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')
    curl -s ${url}/graphql -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"query":"{ tenant { name analytics { signInsToday } } me { email } }"}'

  Ctrl-C stops everything.
`;
};

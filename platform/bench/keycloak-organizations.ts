interface Access {
  readonly keycloak: string;
  readonly clientId: string;
  readonly secret: string;
}

/** The other way to keep tenants apart at Keycloak: one realm, an organization for each. Nothing but the benchmark takes it yet. */
export const organizationsOf = async ({ keycloak, clientId, secret }: Access) => {
  const token = async (): Promise<string> => {
    const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
    const url = `${keycloak}/realms/master/protocol/openid-connect/token`;
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const ask = async (bearer: string, path: string, body?: object): Promise<void> => {
    const answer = await fetch(`${keycloak}/admin/realms${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path || 'The realms'}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  const first = await token();
  let bearer = first;
  let used = 0;
  return {
    listRealms: () => ask(first, ''),
    async makeRealm() {
      await ask(await token(), '', { realm: 'all-tenants', enabled: true, organizationsEnabled: true });
      bearer = await token();
    },
    async add(slug: string) {
      // A token lives for a minute.
      used += 1;
      if (used % 50 === 0) bearer = await token();
      await ask(bearer, '/all-tenants/organizations', { name: slug, alias: slug, domains: [{ name: `${slug}.example` }] });
    },
  };
};

import { auditServer } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

/** What the public audit finds: every MUST and SHOULD that fails, and every notice. */
const audited = async ({ url, issuer }: TestGateway) => {
  // Signed in, since it introspects.
  const authorization = `Bearer ${await issuer.token('acme')}`;
  const fetchFn = (to: string, init: RequestInit = {}) => fetch(to, { ...init, headers: { ...init.headers, authorization } });
  const results = await auditServer({ url: `${url}/graphql`, fetchFn });
  const named = (status: string) => results.filter((result) => result.status === status).map(({ id, name }) => `${id} ${name}`);
  return { count: results.length, errors: named('error'), warnings: named('warn'), notices: named('notice') };
};

describe('GraphQL over HTTP, as the public audit sees it', () => {
  it('fails no MUST and no SHOULD', async () => {
    await using gateway = await startGateway();

    const { count, errors, warnings, notices } = await audited(gateway);

    expect(count).toBeGreaterThan(60);
    expect(errors).toEqual([]);
    expect(warnings).toEqual([]);
    // What comes with CSRF prevention: a bare GET, as a page of another origin could send it, is refused.
    expect(notices).toEqual([
      '5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
      'D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
      '6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
    ]);
  });
});

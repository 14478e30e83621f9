import { type Environment, readEnvironment } from '@plexica/foundation';
import { z } from 'zod';

/** What this process reads from the environment beside the foundation’s own variables. */
export interface ServiceConfig {
  readonly environment: Environment;
  /** Where this subgraph and the embedded issuer listen, on loopback; 0 takes any free port. */
  readonly port: number;
  /** GraphQL endpoint of the tenancy subgraph, asked whether a tenant may sign in. */
  readonly tenancyUrl: string;
  /** Public keys that internal tokens are signed with. */
  readonly jwksUri: string;
}

const variablesSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4102),
  TENANCY_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4101/graphql'),
});

/** `PORT`, `TENANCY_URL`, and the table of `environmentSchema`. */
export const readConfig = (variables: Readonly<Record<string, string | undefined>>): ServiceConfig => {
  const environment = readEnvironment(variables);
  const { PORT: port, TENANCY_URL: tenancyUrl } = variablesSchema.parse(variables);
  return { environment, port, tenancyUrl, jwksUri: `${environment.PLEXICA_URL}/.well-known/jwks.json` };
};

import { type Environment, readEnvironment } from '@plexica/foundation';
import { z } from 'zod';

/** What this process reads from the environment beside the foundation’s own variables. */
export interface ServiceConfig {
  readonly environment: Environment;
  /** Where this subgraph listens, on loopback; 0 takes any free port. */
  readonly port: number;
  /** Public keys that internal tokens are signed with. */
  readonly jwksUri: string;
}

const port = z.coerce.number().int().min(0).max(65_535).default(4101);

/** `PORT`, and the table of `environmentSchema`. */
export const readConfig = (variables: Readonly<Record<string, string | undefined>>): ServiceConfig => {
  const environment = readEnvironment(variables);
  return { environment, port: port.parse(variables.PORT), jwksUri: `${environment.PLEXICA_URL}/.well-known/jwks.json` };
};

import type { Foundation } from '../foundation.ts';
import type { Dependency } from './health.ts';

type Pinged = Partial<Pick<Foundation, 'state' | 'events' | 'identity' | 'storage'>>;

/** Those of the services that can be away, under the names that readiness shows. */
export const dependenciesOf = ({ state, events, identity, storage }: Pinged): Dependency[] =>
  Object.entries({ redis: state, kafka: events, keycloak: identity, storage }).flatMap(([name, service]) => {
    const ping = service?.ping;
    return ping ? [{ name, ping: () => ping() }] : [];
  });

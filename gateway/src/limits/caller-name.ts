import { networkOf } from '@plexica/foundation';
import type { Admitted } from '../request.ts';

/** By what is counted who asks: a user, or an address without a token. */
export const callerName = ({ principal, address }: Pick<Admitted, 'principal' | 'address'>): string =>
  principal.kind === 'signed-in' ? `${principal.identity.realm}|${principal.user.id}` : `address|${networkOf(address)}`;

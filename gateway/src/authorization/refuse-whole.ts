import { errorRegistry } from '@plexica/schema';
import type { Principal } from '../principal/principal.ts';
import { Refusal } from '../problem.ts';
import type { PermittedOperation } from './authorize.ts';
import { unauthorizedCode } from './requirements.ts';

/** What becomes of an operation that asks for fields its caller may not see: those are withheld, or the whole of it is refused. */
export type UnauthorizedFields = 'withhold' | 'refuse';

const namedAtMost = 10;

/** Throws where any field that this request asks for was withheld; one that `@skip` and `@include` leave out was not asked for. */
export const refuseWhole = (
  permitted: Pick<PermittedOperation, 'missing'>,
  principal: Principal,
  variables: Readonly<Record<string, unknown>> | undefined,
): void => {
  const missing = [...new Set(permitted.missing(variables))];
  if (!missing.length) return;
  const code = unauthorizedCode(principal);
  throw new Refusal(code, { message: `${errorRegistry[code].en} Not permitted: ${missing.slice(0, namedAtMost).join(', ')}.` });
};

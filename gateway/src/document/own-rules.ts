import { exactNumbers } from './exact-numbers.ts';
import { finiteNumbers } from './finite-numbers.ts';
import { unconditionalSubscriptions } from './unconditional-subscriptions.ts';

/** What is asked of a document beside what GraphQL's own rules ask, over every transport. */
export const ownRules = [exactNumbers, finiteNumbers, unconditionalSubscriptions];

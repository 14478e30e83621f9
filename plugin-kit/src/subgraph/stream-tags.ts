import { Directive } from 'type-graphql';

/** `@tag` names by which a field of Subscription tells the gateway how its events may be shared. */
export const sameForEveryoneTag = 'same-for-everyone';
export const showsStateTag = 'shows-state';

/**
 * The events of this subscription, and everything this subgraph answers with them, are the same for all users of a tenant who have
 * the same roles and permissions. The gateway then asks for them once, with the claims of one of these users, for all.
 * Without it only equal subscriptions of one user's session are shared.
 */
export const SameForEveryone = (): MethodDecorator => Directive(`@tag(name: "${sameForEveryoneTag}")`) as MethodDecorator;

/**
 * This subscription tells how things stand at once, then each change. Who subscribes later is told so, too: the gateway asks again
 * rather than letting them join in the middle.
 */
export const ShowsState = (): MethodDecorator => Directive(`@tag(name: "${showsStateTag}")`) as MethodDecorator;

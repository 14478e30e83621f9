/**
 * `Vary`, of every answer: who asks and of which tenant, as which client, from which page, and in which form the answer is wanted.
 * Said also where none of them was sent, or a cache would hand that answer to whoever sends one. The host is part of the URL.
 */
export const dependsOn = { vary: 'authorization, x-tenant-slug, apollographql-client-name, origin, accept, accept-encoding' };

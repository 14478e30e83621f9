import { Public, payload, SignedIn } from '@plexica/plugin-kit';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { UserSession } from './session.entity.ts';
import {
  EndSessionInput,
  EndSessionPayload,
  LoginInput,
  LoginPayload,
  LogoutPayload,
  RefreshSessionInput,
  RefreshSessionPayload,
} from './session.graphql.ts';

@Resolver(() => UserSession)
export class SessionResolver {
  @Query(() => [UserSession], {
    description: 'Where a user is signed in, the newest first: oneself, or with `users.read` anybody of the tenant.',
  })
  @SignedIn()
  activeSessions(
    @Arg('userId', () => ID, { nullable: true, description: 'Whose sessions; one’s own when left out.' }) userId: string | null,
    @Ctx() { sessions }: IdentityContext,
  ) {
    return sessions.active(userId);
  }

  @FieldResolver(() => Boolean, { description: 'Whether this request is made in it.' })
  current(@Root() { id }: UserSession, @Ctx() { caller }: IdentityContext) {
    return caller.session === id;
  }

  @Mutation(() => LoginPayload, {
    description:
      'Signs in with a password, for programs; the console signs in at the issuer. `CREDENTIALS_INVALID` also for an unknown tenant, `ACCOUNT_LOCKED`, `HOOK_VETOED`; `TENANT_SUSPENDED` to right credentials.',
  })
  @Public()
  login(
    @Arg('input', () => LoginInput, { description: 'Tenant and credentials.' }) input: LoginInput,
    @Ctx() { sessions }: IdentityContext,
  ) {
    return payload('session', () => sessions.login(input));
  }

  @Mutation(() => RefreshSessionPayload, {
    description: 'The next tokens of a session; the refresh token used is dead at once. `REFRESH_TOKEN_INVALID`.',
  })
  @Public()
  refreshSession(
    @Arg('input', () => RefreshSessionInput, { description: 'The session to go on with.' }) input: RefreshSessionInput,
    @Ctx() { sessions, enter }: IdentityContext,
  ) {
    return payload('session', async () => enter(await sessions.refresh(input)));
  }

  @Mutation(() => LogoutPayload, { description: 'Ends the session of the access token used, everywhere within 5 s.' })
  @SignedIn()
  logout(@Ctx() { sessions }: IdentityContext) {
    return payload('session', () => sessions.logout());
  }

  @Mutation(() => EndSessionPayload, { description: 'Ends a session: one’s own, or with `users.write` anybody’s. `SESSION_NOT_FOUND`.' })
  @SignedIn()
  endSession(
    @Arg('input', () => EndSessionInput, { description: 'Which session.' }) input: EndSessionInput,
    @Ctx() { sessions }: IdentityContext,
  ) {
    return payload('session', () => sessions.end(input));
  }
}

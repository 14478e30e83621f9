import { Payload } from '@plexica/plugin-kit';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { User } from '../user/user.entity.ts';
import { UserSession } from './session.entity.ts';

@ObjectType({ description: 'The tokens of somebody who just signed in.' })
export class Session {
  @Field(() => String, { description: 'Sent as `Authorization: Bearer …`; an RS256 JWT of the tenant’s issuer.' })
  accessToken!: string;

  @Field(() => String, { description: 'Gets the next tokens by `refreshSession`, once; keep it secret.' })
  refreshToken!: string;

  @Field(() => Int, { description: 'Seconds until the access token runs out.' })
  expiresIn!: number;

  @Field(() => User, { description: 'Who signed in.' })
  user!: User;
}

@InputType({ description: 'Credentials of one tenant.' })
export class LoginInput {
  @Field(() => String, {
    description: 'The tenant to sign in to; `plexica` for platform admins. Must agree with the tenant of the request, where it names one.',
  })
  tenantSlug!: string;

  @Field(() => String, { description: 'The email of the user, ignoring case.' })
  username!: string;

  @Field(() => String, { description: 'As it was chosen, 10 to 128 characters; never logged or answered.' })
  password!: string;
}

@InputType({ description: 'A session to go on with.' })
export class RefreshSessionInput {
  @Field(() => String, { description: 'The refresh token answered last; using one twice ends its session.' })
  refreshToken!: string;
}

@InputType({ description: 'Names a sign-in of oneself, or with `users.write` of anybody in the tenant.' })
export class EndSessionInput {
  @Field(() => ID, { description: 'The id in `activeSessions`; `SESSION_NOT_FOUND` for an unknown one.' })
  id!: string;
}

/** Base of what signing in answers. */
@ObjectType({ description: 'The outcome of signing in.' })
abstract class OfSession extends Payload {
  @Field(() => Session, { nullable: true, description: 'The session with its first tokens; null when there are user errors.' })
  session?: Session | null;
}

@ObjectType({ description: 'Tokens of a new session, for right credentials of an active tenant.' })
export class LoginPayload extends OfSession {}

@ObjectType({ description: 'Fresh tokens of the same sign-in; those given are dead.' })
export class RefreshSessionPayload extends OfSession {}

@ObjectType({ description: 'Tokens of the first sign-in of somebody who chose a password.' })
export class AcceptInvitationPayload extends OfSession {}

@ObjectType({ description: 'Confirms that the caller’s tokens count for nothing within five seconds.' })
export class LogoutPayload extends Payload {
  @Field(() => UserSession, { nullable: true, description: 'The session that ended.' })
  session?: UserSession | null;
}

@ObjectType({ description: 'Confirms that somebody was signed out on one device.' })
export class EndSessionPayload extends Payload {
  @Field(() => UserSession, { nullable: true, description: 'The session that ended; null when there are user errors.' })
  session?: UserSession | null;
}

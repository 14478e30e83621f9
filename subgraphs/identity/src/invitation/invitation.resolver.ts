import { Public, payload } from '@plexica/plugin-kit';
import { Arg, Ctx, Field, InputType, Mutation, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { AcceptInvitationPayload } from '../session/session.graphql.ts';

@InputType({ description: 'The link that somebody was mailed, and what they choose.' })
export class AcceptInvitationInput {
  @Field(() => String, { description: 'The token out of the address that was mailed; names its tenant and counts once.' })
  token!: string;

  @Field(() => String, { description: 'The password to sign in with from now on, 10 to 128 characters.' })
  password!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The name others see; the invitation’s when left out. A reset of the password changes no name.',
  })
  displayName?: string | null;
}

@Resolver()
export class InvitationResolver {
  @Mutation(() => AcceptInvitationPayload, {
    description:
      'Sets the password of who was invited, or was sent `sendPasswordReset`, and signs in. `INVITATION_INVALID` once it was used, expired or revoked, `PASSWORD_TOO_WEAK`.',
  })
  @Public()
  acceptInvitation(
    @Arg('input', () => AcceptInvitationInput, { description: 'The invitation and the password.' }) input: AcceptInvitationInput,
    @Ctx() { invitations, enter }: IdentityContext,
  ) {
    return payload('session', async () => enter(await invitations.accept(input)));
  }
}

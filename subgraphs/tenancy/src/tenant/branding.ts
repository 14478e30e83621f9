import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { checked } from './checked.ts';

@ObjectType({ description: 'How a tenant looks: shown in its console and on its sign-in page, also to people who are not signed in.' })
export class Branding {
  @Field(() => String, {
    nullable: true,
    description: 'Address of the logo, https or a path of this platform; null shows the name of the tenant instead.',
  })
  logoUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Main colour as six hexadecimal digits, for example `#0a7d33`; null keeps the colours of Plexica.',
  })
  primaryColor?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Colour of highlights beside the main one, in the same notation; null derives it from the main colour.',
  })
  accentColor?: string | null;
}

const picture = z.union([z.url({ protocol: /^https$/ }), z.string().regex(/^\/(?![/\\])/)]).and(z.string().max(2048));
const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/);

/** What was given, checked; null clears, undefined leaves. Fails with BAD_USER_INPUT that names the field. */
export const brandingChanges = ({ logoUrl, primaryColor, accentColor }: Branding): Branding => ({
  ...(logoUrl !== undefined && {
    logoUrl: logoUrl && checked(picture, logoUrl, 'logoUrl', 'A logo has an https address or a path of this platform.'),
  }),
  ...(primaryColor !== undefined && { primaryColor: primaryColor && colourOf(primaryColor, 'primaryColor') }),
  ...(accentColor !== undefined && { accentColor: accentColor && colourOf(accentColor, 'accentColor') }),
});

const colourOf = (value: string, field: string): string =>
  checked(colour, value, field, 'A colour is a # and six hexadecimal digits, for example #0a7d33.').toLowerCase();

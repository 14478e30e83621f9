import type { ErrorCode } from '@plexica/schema';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { IssuerNames } from '../issuer-names.ts';
import { type Page, type RealmInfo, renderPage } from './document.ts';
import { html } from './markup.ts';
import { errorText, type Language, languageOf, type TextName, text } from './texts.ts';

/** The pages of the issuer. Those inside of oidc-provider write into its context. */
export interface Pages {
  signIn(realm: string, view: SignInView): Promise<Page>;
  /** A dead end with a way back. */
  deadEnd(realm: string, acceptLanguage: string | undefined, reason: TextName): Promise<Page>;
  problem(ctx: KoaContextWithOIDC, realm: string, error: string): Promise<void>;
  signOut(ctx: KoaContextWithOIDC, realm: string): Promise<void>;
  signedOut(ctx: KoaContextWithOIDC, realm: string): Promise<void>;
}

interface SignInView {
  readonly acceptLanguage: string | undefined;
  /** Kept over a failed attempt. */
  readonly email?: string | undefined;
  readonly error?: ErrorCode | undefined;
}

type DescribeRealm = (realm: string) => Promise<RealmInfo | undefined>;

export const createPages = (names: IssuerNames, describe: DescribeRealm): Pages => {
  const formTargets = names.consoles.map((console) => new URL(console).origin);
  const page = async (realm: string, language: Language, title: TextName, body: ReturnType<typeof html>, script?: string) =>
    renderPage({ language, title: text(title, language), realm: await describe(realm), body, formTargets, script });
  const home = names.consoles[0] ?? '/';

  return {
    async signIn(realm, { acceptLanguage, email, error }) {
      const language = languageOf(acceptLanguage);
      const info = await describe(realm);
      const focus = html` autofocus`;
      const wrong = error && html` aria-invalid="true" aria-describedby="problem"`;
      const body = html`
<h1><small>${text('signInTo', language)}</small> ${info?.name ?? realm}</h1>
${error && html`<p role="alert" id="problem">${errorText(error, language)}</p>`}
<form method="post">
<label for="email">${text('email', language)}</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${email ?? ''}"${email ? undefined : focus}${wrong}>
<label for="password">${text('password', language)}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024"${email ? focus : undefined}${wrong}>
<button type="submit">${text('signIn', language)}</button>
</form>
<p class="quiet">${text('forgotten', language)}</p>`;
      return page(realm, language, 'signIn', body);
    },
    deadEnd(realm, acceptLanguage, reason) {
      const language = languageOf(acceptLanguage);
      const body = html`
<h1>${text('problem', language)}</h1>
<p role="alert">${text(reason, language)}</p>
<a class="button" href="${home}">${text('back', language)}</a>`;
      return page(realm, language, 'problem', body);
    },
    async problem(ctx, realm, error) {
      const reason = error === 'invalid_request' && ctx.oidc?.route === 'resume' ? 'expired' : 'refused';
      send(ctx, await this.deadEnd(realm, ctx.get('accept-language'), reason));
    },
    async signOut(ctx, realm) {
      const language = languageOf(ctx.get('accept-language'));
      const secret = (ctx.oidc.session?.state as { secret?: string } | undefined)?.secret ?? '';
      const body = html`
<h1>${text('signOutQuestion', language)}</h1>
<form method="post" action="${ctx.oidc.urlFor('end_session_confirm')}">
<input type="hidden" name="xsrf" value="${secret}">
<button id="sign-out" type="submit" name="logout" value="yes" autofocus>${text('signOut', language)}</button>
<button class="second" type="submit">${text('stay', language)}</button>
</form>`;
      // The console asked on behalf of its user, and proved it by the id token: no second question.
      const asked = ctx.oidc.entities.IdTokenHint !== undefined;
      send(ctx, await page(realm, language, 'signOut', body, asked ? "document.getElementById('sign-out').click()" : undefined));
    },
    async signedOut(ctx, realm) {
      const language = languageOf(ctx.get('accept-language'));
      const body = html`
<h1>${text('signedOut', language)}</h1>
<a class="button" href="${home}">${text('back', language)}</a>`;
      send(ctx, await page(realm, language, 'signedOut', body));
    },
  };
};

const send = (ctx: KoaContextWithOIDC, { html, headers }: Page) => {
  ctx.set({ ...headers });
  ctx.body = html;
};

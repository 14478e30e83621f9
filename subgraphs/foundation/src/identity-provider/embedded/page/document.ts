import { createHash } from 'node:crypto';
import { escapeHtml, type Markup } from './markup.ts';
import { style } from './style.ts';
import type { Language } from './texts.ts';

/** How a realm presents itself. */
export interface RealmInfo {
  readonly name: string;
  /** `#rrggbb`; decoration only, so any colour stays readable. */
  readonly colour?: string | undefined;
  /** Path or URL on the platform's own origin. */
  readonly logoUrl?: string | undefined;
}

export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface PageContent {
  readonly language: Language;
  readonly title: string;
  readonly realm: RealmInfo | undefined;
  readonly body: Markup;
  /** Where forms of this page may lead, beside the page's own origin. */
  readonly formTargets: readonly string[];
  /** Runs under its hash; pages work without it. */
  readonly script?: string;
}

const plainAccent = '#3b5bdb';

/** A whole page with the headers that let it do nothing but what it shows. */
export const renderPage = ({ language, title, realm, body, formTargets, script }: PageContent): Page => {
  const accent = /^#[0-9a-f]{6}$/i.test(realm?.colour ?? '') ? (realm?.colour ?? plainAccent) : plainAccent;
  const css = style(accent);
  const logo = realm?.logoUrl ? `<img class="logo" src="${escapeHtml(realm.logoUrl)}" alt="">` : '';
  const html = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}${realm ? ` · ${escapeHtml(realm.name)}` : ''}</title>
<link rel="icon" href="/icon.svg">
<style>${css}</style>
</head>
<body>
<main>
${logo}
${body.html}
</main>
${script ? `<script>${script}</script>` : ''}
</body>
</html>
`;
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'content-security-policy': [
        "default-src 'none'",
        `style-src '${hash(css)}'`,
        "img-src 'self'",
        ...(script ? [`script-src '${hash(script)}'`] : []),
        `form-action ${["'self'", ...formTargets].join(' ')}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ].join('; '),
    },
  };
};

const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

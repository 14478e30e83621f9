import { type ErrorCode, errorRegistry } from '@plexica/schema';

export type Language = 'en' | 'it';

const texts = {
  signIn: { en: 'Sign in', it: 'Accedi' },
  signInTo: { en: 'Sign in to', it: 'Accedi a' },
  email: { en: 'Email', it: 'Email' },
  password: { en: 'Password', it: 'Password' },
  forgotten: {
    en: 'Forgot your password? An admin can send you a link to choose another.',
    it: 'Password dimenticata? Un amministratore può inviarti un link per sceglierne un’altra.',
  },
  signOut: { en: 'Sign out', it: 'Esci' },
  signOutQuestion: { en: 'Do you want to sign out?', it: 'Vuoi uscire?' },
  stay: { en: 'Stay signed in', it: 'Resta connesso' },
  signedOut: { en: 'You are signed out', it: 'Sei uscito' },
  back: { en: 'Back to Plexica', it: 'Torna a Plexica' },
  problem: { en: 'That did not work', it: 'Qualcosa non ha funzionato' },
  expired: {
    en: 'This sign-in has expired or was opened in another browser. Start again.',
    it: 'Questo accesso è scaduto o è stato aperto in un altro browser. Ricomincia.',
  },
  refused: {
    en: 'The application asked for something that is not possible here.',
    it: 'L’applicazione ha chiesto qualcosa che qui non è possibile.',
  },
} as const satisfies Record<string, Record<Language, string>>;

export type TextName = keyof typeof texts;

export const text = (name: TextName, language: Language): string => texts[name][language];

/** The words of the registry, so that page and API say the same. */
export const errorText = (code: ErrorCode, language: Language): string => errorRegistry[code][language];

/** English unless the browser prefers Italian. */
export const languageOf = (acceptLanguage: string | undefined): Language => {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality = 'q=1'] = part.trim().split(';');
      return { language: tag.slice(0, 2).toLowerCase(), quality: Number(quality.trim().slice(2)) || 0 };
    })
    .filter(({ language }) => language === 'en' || language === 'it')
    .sort((a, b) => b.quality - a.quality);
  return wanted[0]?.language === 'it' ? 'it' : 'en';
};

import { createI18n } from 'vue-i18n';

interface Messages {
  readonly [key: string]: string | Messages;
}

const areas = import.meta.glob<{ messages: { en: Messages; it: Messages } }>('./*/messages.ts', { eager: true });
const all = (language: 'en' | 'it') =>
  Object.fromEntries(Object.entries(areas).map(([path, { messages }]) => [path.split('/')[1] ?? path, messages[language]]));

const known = ['en', 'it'] as const;
export type Language = (typeof known)[number];

const chosen = localStorage.getItem('plexica.language') ?? navigator.language.slice(0, 2);
const language: Language = known.find((candidate) => candidate === chosen) ?? 'en';

/** All text of the console, each area under its own name. */
export const i18n = createI18n({
  legacy: false,
  locale: language,
  fallbackLocale: 'en',
  messages: { en: all('en'), it: all('it') } as never,
});

export const useLanguage = (language: Language): void => {
  i18n.global.locale.value = language as never;
  localStorage.setItem('plexica.language', language);
  document.documentElement.lang = language;
};
document.documentElement.lang = language;

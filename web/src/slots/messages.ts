export const messages = {
  en: {
    missing: 'The files of the plugin {plugin} are not there.',
    broken: 'The plugin {plugin} failed. Everything else goes on working.',
    slow: 'The plugin {plugin} takes too long to load.',
    vue: 'The plugin {plugin} was built for another version of Vue.',
  },
  it: {
    missing: 'I file del plugin {plugin} non ci sono.',
    broken: 'Il plugin {plugin} ha avuto un errore. Tutto il resto continua a funzionare.',
    slow: 'Il plugin {plugin} impiega troppo a caricarsi.',
    vue: 'Il plugin {plugin} è stato creato per un’altra versione di Vue.',
  },
};

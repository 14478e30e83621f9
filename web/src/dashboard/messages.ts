export const messages = {
  en: {
    title: 'Dashboard',
    hello: 'Hello, {name}',
    users: 'Users',
    plugins: 'Active plugins',
    tenants: 'Tenants',
    widgets: 'From your plugins',
    none: 'Active plugins show their widgets here.',
    find: 'Find plugins',
  },
  it: {
    title: 'Cruscotto',
    hello: 'Ciao, {name}',
    users: 'Utenti',
    plugins: 'Plugin attivi',
    tenants: 'Tenant',
    widgets: 'Dai tuoi plugin',
    none: 'I plugin attivi mostrano qui i loro widget.',
    find: 'Trova plugin',
  },
};

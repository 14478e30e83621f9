/** The tenants of a new demo, each with `admin@`, `user@` and `guest@<slug>.test`. */
export const demoTenants = [
  { slug: 'acme-corp', name: 'ACME Corporation' },
  { slug: 'globex-inc', name: 'Globex Inc' },
  { slug: 'demo-company', name: 'Demo Company', plugins: ['analytics'] },
  { slug: 'testcorp', name: 'Test Corp', suspended: 'Demo of a suspended tenant' },
] as const;

/** Of every demo account; a production configuration refuses to start with the demo. */
export const demoPassword = 'plexica-demo';
export const platformAdmin = 'root@plexica.test';

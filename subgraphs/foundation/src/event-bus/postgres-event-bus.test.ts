import pg from 'pg';
import { eventBusContract } from './event-bus.contract.ts';

eventBusContract('the outbox', {
  url: () => 'postgres:',
  async interrupt({ superuserUrl, installation }) {
    const superuser = new pg.Client({ connectionString: superuserUrl });
    await superuser.connect();
    // Every connection of the installation breaks, again and again for a while.
    for (let times = 0; times < 5; times += 1) {
      await superuser.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [installation]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await superuser.end();
  },
});

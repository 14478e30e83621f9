import { readClusterEnvironment } from '@plexica/foundation';
import { prepareDatabase } from '../admin/prepare-database.ts';

const environment = readClusterEnvironment(process.env);
await prepareDatabase(environment);
console.log(`The database ${environment.PLEXICA_INSTALLATION} and its logins are there.`);

import { realServices } from '../end-to-end/real-services.ts';
import { distributedContract } from './distributed.contract.ts';

distributedContract('on Keycloak, Kafka, Redis, MinIO and SMTP', () => realServices('distributed'));

import { identityProviderContract } from '../identity-provider.contract.ts';
import { anIssuer } from './embedded-issuer.test-support.ts';

identityProviderContract('the embedded issuer', anIssuer);

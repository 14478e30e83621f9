import { distributedContract } from './distributed.contract.ts';

distributedContract('on the embedded defaults');

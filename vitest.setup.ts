import { expect } from 'vitest';
import { answerMatchers } from './platform/src/testing/matchers.ts';

expect.extend(answerMatchers);

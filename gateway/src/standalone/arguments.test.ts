import { describe, expect, it } from 'vitest';
import { plexicaGateway, type Wanted } from './arguments.ts';

const wanted = async (...given: string[]): Promise<Wanted> => {
  const found: Wanted[] = [];
  const command = plexicaGateway(async (each) => void found.push(each)).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  await command.parseAsync(['--supergraph', 'shop.graphql', ...given], { from: 'user' });
  const [only] = found;
  if (!only) throw new Error('nothing was run');
  return only;
};

describe('the command line of the gateway on its own', () => {
  it('asks for what is said nothing of as the documentation has it', async () => {
    expect(await wanted()).toEqual({
      supergraph: 'shop.graphql',
      port: 4000,
      host: '127.0.0.1',
      options: {
        forwardHeaders: [],
        executor: 'own',
        shareQueries: true,
        unauthorizedFields: 'withhold',
        accessLog: true,
        trustedProxies: [],
        timeoutMs: 30_000,
        limits: { body: 5_000_000 },
      },
    });
  });

  it('asks for what each of its options says', async () => {
    const given = `--port 0 --host ::1 --forward-header Authorization --forward-header x-team --executor stock --no-request-deduplication
      --unauthorized-fields refuse --no-access-log --trusted-proxy 10.0.0.0/8 --trusted-proxy loopback --timeout 100 --max-depth 1
      --max-aliases 2 --max-directives 3 --max-root-fields 4 --max-fields 5 --max-tokens 6 --max-cost 7 --max-body 8 --max-answer 9`;
    expect(await wanted(...given.split(/\s+/))).toEqual({
      supergraph: 'shop.graphql',
      port: 0,
      host: '::1',
      options: {
        forwardHeaders: ['authorization', 'x-team'],
        executor: 'stock',
        shareQueries: false,
        unauthorizedFields: 'refuse',
        accessLog: false,
        trustedProxies: ['10.0.0.0/8', 'loopback'],
        timeoutMs: 100,
        limits: { depth: 1, aliases: 2, directives: 3, rootFields: 4, fields: 5, tokens: 6, cost: 7, body: 8, answer: 9 },
      },
    });
  });

  it.each([
    // By it nothing would ever be answered.
    ['--timeout', '0'],
    ['--max-depth', '0'],
    ['--max-cost', '1.5'],
    ['--max-body', 'many'],
    ['--port', '-1'],
    ['--executor', 'other'],
    ['--unauthorized-fields', 'show'],
    ['--trusted-proxy', 'everybody'],
    ['--max-time', '1'],
  ])('is refused where it makes no sense: %s %s', async (...given) => {
    await expect(wanted(...given)).rejects.toThrow(given[0]);
  });
});

import { proxyProblem } from '@plexica/foundation';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { UnauthorizedFields } from '../authorization/refuse-whole.ts';
import type { StandaloneLimits, StandaloneOptions } from './options.ts';

interface Arguments extends Limits {
  readonly supergraph: string;
  readonly port: number;
  readonly host: string;
  readonly forwardHeader: readonly string[];
  readonly executor: 'own' | 'stock';
  readonly requestDeduplication: boolean;
  readonly unauthorizedFields: UnauthorizedFields;
  readonly accessLog: boolean;
  readonly trustedProxy: readonly string[];
  readonly timeout: number;
}

/** As commander names what `--max-…` is given. */
type Limits = { readonly [Name in keyof StandaloneLimits as `max${Capitalize<Name>}`]?: number };

const limitsOf = (given: Limits): StandaloneLimits => ({
  depth: given.maxDepth,
  aliases: given.maxAliases,
  directives: given.maxDirectives,
  rootFields: given.maxRootFields,
  fields: given.maxFields,
  tokens: given.maxTokens,
  cost: given.maxCost,
  body: given.maxBody,
  answer: given.maxAnswer,
});

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('It must be a whole number.');
  return number;
};

const atLeastOne = (text: string): number => {
  const number = whole(text);
  if (number === 0) throw new InvalidArgumentError('It must be 1 or more.');
  return number;
};

const oneMore = (text: string, all: readonly string[]): string[] => [...all, text];

const proxy = (text: string, all: readonly string[]): string[] => {
  const problem = proxyProblem([text]);
  if (problem) throw new InvalidArgumentError(problem);
  return oneMore(text, all);
};

/** What a command line asks for, but for the supergraph, which is a file. */
export interface Wanted {
  readonly supergraph: string;
  readonly port: number;
  readonly host: string;
  readonly options: Omit<StandaloneOptions, 'sdl'>;
}

const wantedBy = (given: Arguments): Wanted => ({
  supergraph: given.supergraph,
  port: given.port,
  host: given.host,
  options: {
    forwardHeaders: given.forwardHeader.map((name) => name.toLowerCase()),
    executor: given.executor,
    shareQueries: given.requestDeduplication,
    unauthorizedFields: given.unauthorizedFields,
    accessLog: given.accessLog,
    trustedProxies: given.trustedProxy,
    timeoutMs: given.timeout,
    limits: limitsOf(given),
  },
});

/** `plexica-gateway`, which does what is to be done with what it was asked for. */
export const plexicaGateway = (run: (wanted: Wanted) => Promise<void>): Command =>
  new Command('plexica-gateway')
    .description('Serves one federated supergraph: POST /graphql, GET /health/ready.')
    .requiredOption('--supergraph <file>', 'composed supergraph SDL; its URLs are trusted')
    .option('--port <number>', 'where it listens', whole, 4000)
    .option('--host <address>', 'where it listens', '127.0.0.1')
    .option('--forward-header <name>', 'client header that subgraphs see too; may be repeated', oneMore, [])
    .addOption(new Option('--executor <name>', "who runs plans: our own executor, or Apollo's").choices(['own', 'stock']).default('own'))
    .option('--no-request-deduplication', 'run identical queries in flight each on its own')
    .addOption(
      new Option('--unauthorized-fields <how>', 'fields behind guards are withheld, or make the whole operation be refused')
        .choices(['withhold', 'refuse'])
        .default('withhold'),
    )
    .option('--no-access-log', 'write no line for each request')
    .option('--trusted-proxy <range>', 'address or CIDR whose X-Forwarded-For the log believes; may be repeated', proxy, [])
    .option('--timeout <ms>', 'for a subgraph to answer', atLeastOne, 30_000)
    .option('--max-depth <number>', 'levels of fields within each other', atLeastOne)
    .option('--max-aliases <number>', 'aliases of an operation', atLeastOne)
    .option('--max-directives <number>', 'directives of an operation', atLeastOne)
    .option('--max-root-fields <number>', 'fields of the root type', atLeastOne)
    .option('--max-fields <number>', 'fields of an operation, its fragments laid out', atLeastOne)
    .option('--max-tokens <number>', 'tokens of a document', atLeastOne)
    .option('--max-cost <points>', 'what an operation is estimated to cost', atLeastOne)
    .option('--max-body <bytes>', 'of a request', atLeastOne, 5_000_000)
    .option('--max-answer <characters>', 'of an answer', atLeastOne)
    .action((given: Arguments) => run(wantedBy(given)));

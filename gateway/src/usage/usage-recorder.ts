import { hash } from 'node:crypto';
import { type DocumentNode, type OperationDefinitionNode, separateOperations } from 'graphql';
import type { Logger } from 'pino';
import type { Directory, OperationUsage } from '../directory/directory.ts';
import type { Admitted, Operation } from '../request.ts';
import type { Variant } from '../variant/variants.ts';
import { longestSignature, signatureOf } from './signature.ts';
import { usedElements } from './used-elements.ts';

/** Distinct operations that one tenant may have between two reports; all of them together. */
const perTenant = 1_000;
const inAll = 10_000;
/** Of their texts: until they are reported their documents are held, which take a hundred bytes for each. */
const charactersPerTenant = 500_000;
const charactersInAll = 2_000_000;
const perReport = 100;

interface Count {
  readonly variant: Variant;
  readonly document: DocumentNode;
  calls: number;
}

type Described = Pick<OperationUsage, 'hash' | 'name' | 'kind' | 'text' | 'elements'>;

/** Of one tenant. */
interface Counts {
  readonly operations: Map<OperationDefinitionNode, Count>;
  characters: number;
}

export interface UsageDeps {
  readonly report: Directory['recordUsage'];
  readonly log: Logger;
  /** Between two reports; 10 s. */
  readonly everyMs?: number;
}

/** Which operations each tenant's users ask: counted here, told to the Directory from time to time. Counting costs two look-ups. */
export const createUsageRecorder = ({ report, log, everyMs = 10_000 }: UsageDeps) => {
  // A document is parsed once per set and kept, so the same operation is the same object.
  let tenants = new Map<string, Counts>();
  let distinct = 0;
  let characters = 0;
  let uncounted = 0;
  const described = new WeakMap<OperationDefinitionNode, Described | undefined>();

  const add = (tenantId: string, definition: OperationDefinitionNode, { variant, document, calls }: Count): void => {
    const counts: Counts = tenants.get(tenantId) ?? { operations: new Map(), characters: 0 };
    const { operations } = counts;
    const known = operations.get(definition);
    if (known) {
      known.calls += calls;
      return;
    }
    const length = definition.loc?.source.body.length ?? 0;
    const isRoom = distinct < inAll && characters + length <= charactersInAll;
    if (!isRoom || operations.size >= perTenant || counts.characters + length > charactersPerTenant) {
      uncounted += calls;
      return;
    }
    operations.set(definition, { variant, document, calls });
    counts.characters += length;
    characters += length;
    distinct += 1;
    tenants.set(tenantId, counts);
  };

  const take = (): Map<string, Counts> => {
    if (uncounted) log.warn({ calls: uncounted }, 'more operations than usage is counted of');
    const taken = tenants;
    tenants = new Map();
    distinct = 0;
    characters = 0;
    uncounted = 0;
    return taken;
  };

  const describe = async (definition: OperationDefinitionNode, { variant, document }: Count): Promise<Described | undefined> => {
    if (!described.has(definition)) {
      described.set(definition, describedOf(definition, document, variant));
      // A long one takes 20 ms, and requests must not wait for a hundred of them.
      await new Promise(setImmediate);
    }
    return described.get(definition);
  };

  const flush = async (): Promise<void> => {
    const taken = [...take()].flatMap(([tenantId, { operations }]) =>
      [...operations].map(([definition, count]) => ({ tenantId, definition, count })),
    );
    for (let from = 0; from < taken.length; from += perReport) {
      const part = taken.slice(from, from + perReport);
      const usages: OperationUsage[] = [];
      for (const { tenantId, definition, count } of part) {
        const description = await describe(definition, count);
        if (description) usages.push({ tenantId, supergraph: count.variant.hash, calls: count.calls, ...description });
      }
      try {
        if (usages.length) await report(usages);
      } catch (error) {
        log.debug({ error }, 'usage waits for the next report');
        for (const { tenantId, definition, count } of part) add(tenantId, definition, count);
      }
    }
  };

  let flushing = Promise.resolve();
  const flushNext = () => {
    flushing = flushing.then(flush);
    return flushing;
  };
  const timer = setInterval(flushNext, everyMs).unref();

  return {
    /** An operation that was let through. What nobody signed in for is public, and no business of a tenant's. */
    record({ tenant, variant, principal }: Admitted, { document, definition }: Pick<Operation, 'document' | 'definition'>): void {
      if (!tenant || principal.kind === 'anonymous') return;
      const known = tenants.get(tenant.id)?.operations.get(definition);
      if (known) known.calls += 1;
      else add(tenant.id, definition, { variant, document, calls: 1 });
    },
    /** Reports what is left. */
    async stop(): Promise<void> {
      clearInterval(timer);
      await flushNext();
    },
  };
};

export type UsageRecorder = ReturnType<typeof createUsageRecorder>;

/** Undefined for one that is too long to keep, and for introspection alone. */
const describedOf = (definition: OperationDefinitionNode, document: DocumentNode, { supergraph }: Variant): Described | undefined => {
  const text = signatureOf(document, definition);
  if (text.length > longestSignature) return undefined;
  const name = definition.name?.value;
  const elements = usedElements(supergraph.apiSchema, separateOperations(document)[name ?? ''] ?? document);
  if (!elements.length) return undefined;
  return { hash: hash('sha256', text), name: name ?? null, kind: definition.operation, text, elements };
};

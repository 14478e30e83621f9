import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { Cost } from '../cost/operation-cost.ts';
import { fragmentsOf } from '../document/fragments.ts';
import { isNestedWithin } from '../nesting.ts';
import { Refusal } from '../problem.ts';
import type { Operation } from '../request.ts';

/** What one operation may ask for. Introspection is measured like anything else. */
export interface OperationLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Of the root type, also through fragments. */
  readonly rootFields: number;
  /** Fields after every fragment was laid out where it is spread. */
  readonly fields: number;
}

export const defaultOperationLimits: OperationLimits = { depth: 16, aliases: 50, directives: 50, rootFields: 25, fields: 2_000 };

/** Points of estimated cost. */
export const defaultMaxCost = 50_000;

/** Characters of an answer's JSON, or of that of one event. */
export const defaultMaxAnswer = 20_000_000;

export const enforceCostLimit = ({ total }: Cost, limit: number): void => {
  if (total <= limit) return;
  throw new Refusal('COST_EXCEEDED', { message: `The operation is estimated to cost ${Math.ceil(total)}; at most ${limit} is allowed.` });
};

/** Lists and objects within the values of variables. */
const variableLevels = 200;

/** Refuses values that could not be passed on, before anybody is blamed for not taking them. */
export const enforceVariableLimits = (variables: Operation['variables']): void => {
  if (isNestedWithin(variables, variableLevels)) return;
  throw new Refusal('BAD_USER_INPUT', { message: `The variables are nested more than ${variableLevels} levels deep.` });
};

/** Characters of a text. */
export const maxCharacters = 100_000;

/** Refuses a text before anything of it is read. */
export const enforceTextLimit = ({ length }: string): void => {
  if (length <= maxCharacters) return;
  throw new Refusal('COST_EXCEEDED', { message: `The operation has ${length} characters; at most ${maxCharacters} are allowed.` });
};

/** Tokens of a document; the parser stops there. */
export const maxTokens = 4_000;

/** Whether the parser stopped at its tokens, or validation at its own bound of comparisons: limits as well, told by the same code. */
export const isOverLimits = (message: string): boolean => /more that \d+ tokens|^Validation aborted\.$/.test(message);

type Measure = OperationLimits;

/** Refuses an operation that asks for too much, with COST_EXCEEDED and the limit it broke. Linear in the document, fragments measured once. */
export const enforceOperationLimits = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  limits: Partial<OperationLimits> = defaultOperationLimits,
): void => {
  const measured = measures.get(operation) ?? measure(document, operation);
  measures.set(operation, measured);
  for (const name of Object.keys(limits) as (keyof OperationLimits)[]) {
    const limit = limits[name];
    if (limit !== undefined && measured[name] > limit) {
      throw new Refusal('COST_EXCEEDED', { message: `The operation has ${name} ${measured[name]}; at most ${limit} are allowed.` });
    }
  }
};

// Documents are kept parsed, so each of their operations is measured once.
const measures = new WeakMap<OperationDefinitionNode, Measure>();

const measure = (document: DocumentNode, operation: OperationDefinitionNode): Measure => {
  const fragments = fragmentsOf(document);
  const known = new Map<string, Measure>();
  const ofFragment = (name: string): Measure => {
    const measured = known.get(name);
    if (measured) return measured;
    // Validation has refused cycles; this keeps one from looping all the same.
    known.set(name, empty);
    const fragment = fragments.get(name);
    const measure = fragment ? ofSelections(fragment.selectionSet) : empty;
    known.set(name, measure);
    return measure;
  };
  const ofSelections = ({ selections }: SelectionSetNode): Measure =>
    selections.reduce<Measure>((sum, node) => {
      const own = { ...empty, directives: node.directives?.length ?? 0 };
      if (node.kind === Kind.FRAGMENT_SPREAD) return add(sum, add(own, ofFragment(node.name.value)));
      const inner = node.selectionSet ? ofSelections(node.selectionSet) : empty;
      if (node.kind === Kind.INLINE_FRAGMENT) return add(sum, add(own, inner));
      return add(sum, {
        ...add(own, inner),
        depth: inner.depth + 1,
        aliases: inner.aliases + (node.alias ? 1 : 0),
        rootFields: 1,
        fields: inner.fields + 1,
      });
    }, empty);

  return ofSelections(operation.selectionSet);
};

const empty: Measure = { depth: 0, aliases: 0, directives: 0, rootFields: 0, fields: 0 };

const add = (left: Measure, right: Measure): Measure => ({
  depth: Math.max(left.depth, right.depth),
  aliases: left.aliases + right.aliases,
  directives: left.directives + right.directives,
  rootFields: left.rootFields + right.rootFields,
  fields: left.fields + right.fields,
});

import type { Completion } from './completion.ts';
import type { ResultObject } from './result-object.ts';

export interface FieldProjection {
  readonly name: string;
  /** Its name in the answers of subgraphs. */
  readonly key: string;
  readonly project: (value: unknown, completion: Completion | undefined, object: ResultObject) => unknown;
  /** Code that tells whether a value needs no projecting. */
  readonly plain?: (value: string) => string;
}

const fieldsAtMost = 200;

/**
 * Writes the projection of an object as code that makes one object literal: its answers share a shape, which is what makes reading
 * and stringifying them fast. Only names go into the code, and GraphQL's names are letters, digits and underscores. Undefined for
 * names that mean something to JavaScript; a projection of closures does the same.
 */
export const compileLiteral = (fields: readonly FieldProjection[]): ((object: ResultObject) => ResultObject) | undefined => {
  const special = ({ name, key }: FieldProjection) => name in {} || key in {} || ![name, key].every((each) => /^[_A-Za-z]\w*$/.test(each));
  if (fields.length === 0 || fields.length > fieldsAtMost || fields.some(special)) return undefined;
  const properties = fields.map(({ name, key, plain }, index) => {
    const projected = `project${index}(value, undefined, object)`;
    return `${name}: (value = object.${key}, ${plain ? `${plain('value')} ? value : ${projected}` : projected})`;
  });
  const code = `let value; return (object) => ({ ${properties.join(', ')} });`;
  const names = fields.map((_, index) => `project${index}`);
  return new Function(...names, code)(...fields.map(({ project }) => project));
};

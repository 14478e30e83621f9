import { type Room, refuse } from './answer-size.ts';
import type { Completion } from './completion.ts';
import type { PlainLeaf } from './leaf.ts';
import type { ResultObject } from './result-object.ts';

export interface FieldProjection {
  readonly name: string;
  /** Its name in the answers of subgraphs. */
  readonly key: string;
  readonly project: (value: unknown, completion: Completion | undefined, object: ResultObject) => unknown;
  /** Of values that need no projecting. */
  readonly plain?: PlainLeaf;
}

/** Characters of an object's braces, names and commas. */
export const lengthAround = (fields: readonly FieldProjection[]): number => fields.reduce((sum, { name }) => sum + name.length + 4, 1);

const fieldsAtMost = 200;

/**
 * Writes the projection of an object as code that makes one object literal: its answers share a shape, which is what makes reading
 * and stringifying them fast. Only names go into the code, and GraphQL's names are letters, digits and underscores. Undefined for
 * names that mean something to JavaScript; a projection of closures does the same.
 */
export const compileLiteral = (fields: readonly FieldProjection[], room: Room): ((object: ResultObject) => ResultObject) | undefined => {
  const special = ({ name, key }: FieldProjection) => name in {} || key in {} || ![name, key].every((each) => /^[_A-Za-z]\w*$/.test(each));
  if (fields.length === 0 || fields.length > fieldsAtMost || fields.some(special)) return undefined;
  const properties = fields.map(({ name, key, plain }, index) => {
    const projected = `project${index}(value, undefined, object)`;
    const answered = plain?.length ? `(used += ${plain.length('value')}, value)` : 'value';
    return `${name}: (value = object.${key}, ${plain ? `${plain.fits('value')} ? ${answered} : ${projected}` : projected})`;
  });
  const made = `let used = ${lengthAround(fields)}; const answer = { ${properties.join(', ')} };`;
  const code = `let value; return (object) => { ${made} if ((room.used += used) > room.limit) refuse(room); return answer; };`;
  const names = fields.map((_, index) => `project${index}`);
  return new Function('room', 'refuse', ...names, code)(room, refuse, ...fields.map(({ project }) => project));
};

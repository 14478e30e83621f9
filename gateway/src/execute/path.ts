import { type FetchPath, isTypeTest, type ResponsePath } from './fetch-path.ts';
import { isResultObject, ownValue, type ResultObject } from './result-object.ts';

/** Whether to go through a list that was met at this part of a path. */
export type Enter = (list: readonly unknown[], at: number) => boolean;

/** Where objects are shared, one list may stand at a million places: what is found in it is the same each time. */
export const eachListOnce = (): Enter => {
  const known: Set<readonly unknown[]>[] = [];
  return (list, at) => {
    known[at] ??= new Set();
    const { size } = known[at];
    return known[at].add(list).size > size;
  };
};

/** Finds the objects at `path` below each of `objects`, in the order of the answer, without nulls. */
export const compilePath = (path: FetchPath): ((objects: readonly ResultObject[], enter?: Enter) => ResultObject[]) => {
  const walk: Walk = writtenOut(path, false) ?? ((object, found, enter) => collect(object, path, 0, found, enter));
  return (objects, enter) => {
    const found: ResultObject[] = [];
    for (const object of objects) walk(object, found, enter);
    return found;
  };
};

/**
 * The same below one object: the substitute of each object takes its place, and what is found is for the substitute to say.
 * Undefined for paths that can't be written out.
 */
export const compileReplacement = (path: FetchPath): Walk | undefined => writtenOut(path, true);

type Walk = (object: ResultObject, found: ResultObject[], enter?: Enter, substitute?: (object: ResultObject) => ResultObject) => void;

/**
 * The same as `collect`, as code: each property is read at a place of its own, which is what makes reading fast. Lists where the
 * path has none are left to `collect`. Only names go into the code, and none that mean something to JavaScript.
 */
const writtenOut = (path: FetchPath, replaces: boolean): Walk | undefined => {
  if (path.some((part) => !isTypeTest(part) && part !== '@' && (part in {} || !/^[_A-Za-z]\w*$/.test(part)))) return undefined;
  const irregular = (at: number) => `collect(v${at}, path, ${at}, found, enter);`;
  const at = (index: number, place: string): string => {
    const [value, below] = [`v${index}`, `v${index + 1}`];
    const part = path[index];
    const item = `${value}[i${index}]`;
    if (part === '@')
      return `if (Array.isArray(${value}) && (enter === undefined || enter(${value}, ${index}))) for (let i${index} = 0; i${index} < ${value}.length; i${index} += 1) { const ${below} = ${item}; ${at(index + 1, item)} }`;
    const end = replaces ? `{ const put = substitute(${value}); if (put !== ${value}) ${place} = put; }` : `found.push(${value});`;
    const passed = () => `if (path[${index}](${value})) { const ${below} = ${value}; ${at(index + 1, place)} }`;
    const named = () => `{ const ${below} = ${value}.${part}; ${at(index + 1, `${value}.${part}`)} }`;
    const found = part === undefined ? end : isTypeTest(part) ? passed() : named();
    return `if (typeof ${value} === 'object' && ${value} !== null) { if (Array.isArray(${value})) ${irregular(index)} else ${found} }`;
  };
  return new Function('collect', 'path', `return (v0, found, enter, substitute) => { ${at(0, 'v0')} };`)(collect, path);
};

const collect = (value: unknown, path: FetchPath, at: number, found: ResultObject[], enter: Enter | undefined): void => {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    if (enter && !enter(value, at)) return;
    const next = path[at] === '@' ? at + 1 : at;
    for (const element of value) collect(element, path, next, found, enter);
    return;
  }
  if (!isResultObject(value)) return;
  const part = path[at];
  if (part === undefined) found.push(value);
  else if (isTypeTest(part)) collect(part(value) ? value : undefined, path, at + 1, found, enter);
  else if (part !== '@') collect(ownValue(value, part), path, at + 1, found, enter);
};

/** Failures are told at a thousand places; of a million that were gone through, nobody misses the rest. */
const placesAtMost = 1_000_000;

/** Every place below the root where one of the objects at `path` stands; an object merged by reference may stand at several. */
export const placesAt = (root: ResultObject, path: FetchPath): Map<ResultObject, ResponsePath[]> => {
  const places = new Map<ResultObject, ResponsePath[]>();
  visit(root, path, 0, [], { places, left: placesAtMost });
  return places;
};

interface Visited {
  readonly places: Map<ResultObject, ResponsePath[]>;
  left: number;
}

const visit = (value: unknown, path: FetchPath, at: number, here: (string | number)[], found: Visited): void => {
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (let index = 0; index < value.length && found.left > 0; index += 1) visit(value[index], path, next, [...here, index], found);
    return;
  }
  if (!isResultObject(value)) return;
  const part = path[at];
  if (part === undefined) {
    found.left -= 1;
    const known = found.places.get(value);
    if (known) known.push(here);
    else found.places.set(value, [here]);
  } else if (isTypeTest(part)) {
    if (part(value)) visit(value, path, at + 1, here, found);
  } else if (part !== '@') {
    visit(ownValue(value, part), path, at + 1, [...here, part], found);
  }
};

import { type FetchPath, isTypeTest, type ResponsePath } from './fetch-path.ts';
import { isResultObject, ownValue, type ResultObject } from './result-object.ts';

/** Finds the objects at `path` below each of `objects`, in the order of the answer, without nulls. */
export const compilePath = (path: FetchPath): ((objects: readonly ResultObject[]) => ResultObject[]) => {
  const walk: Walk = writtenOut(path, false) ?? ((object, found) => collect(object, path, 0, found));
  return (objects) => {
    const found: ResultObject[] = [];
    for (const object of objects) walk(object, found);
    return found;
  };
};

/**
 * The same below one object: the substitute of each object takes its place, and what is found is for the substitute to say.
 * Undefined for paths that can't be written out.
 */
export const compileReplacement = (path: FetchPath): Walk | undefined => writtenOut(path, true);

type Walk = (object: ResultObject, found: ResultObject[], substitute?: (object: ResultObject) => ResultObject) => void;

/**
 * The same as `collect`, as code: each property is read at a place of its own, which is what makes reading fast. Lists where the
 * path has none are left to `collect`. Only names go into the code, and none that mean something to JavaScript.
 */
const writtenOut = (path: FetchPath, replaces: boolean): Walk | undefined => {
  if (path.some((part) => !isTypeTest(part) && part !== '@' && (part in {} || !/^[_A-Za-z]\w*$/.test(part)))) return undefined;
  const irregular = (at: number) => `collect(v${at}, path, ${at}, found);`;
  const at = (index: number, place: string): string => {
    const [value, below] = [`v${index}`, `v${index + 1}`];
    const part = path[index];
    const item = `${value}[i${index}]`;
    if (part === '@')
      return `if (Array.isArray(${value})) for (let i${index} = 0; i${index} < ${value}.length; i${index} += 1) { const ${below} = ${item}; ${at(index + 1, item)} }`;
    const end = replaces ? `{ const put = substitute(${value}); if (put !== ${value}) ${place} = put; }` : `found.push(${value});`;
    const passed = () => `if (path[${index}](${value})) { const ${below} = ${value}; ${at(index + 1, place)} }`;
    const named = () => `{ const ${below} = ${value}.${part}; ${at(index + 1, `${value}.${part}`)} }`;
    const found = part === undefined ? end : isTypeTest(part) ? passed() : named();
    return `if (typeof ${value} === 'object' && ${value} !== null) { if (Array.isArray(${value})) ${irregular(index)} else ${found} }`;
  };
  return new Function('collect', 'path', `return (v0, found, substitute) => { ${at(0, 'v0')} };`)(collect, path);
};

const collect = (value: unknown, path: FetchPath, at: number, found: ResultObject[]): void => {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (const element of value) collect(element, path, next, found);
    return;
  }
  if (!isResultObject(value)) return;
  const part = path[at];
  if (part === undefined) found.push(value);
  else if (isTypeTest(part)) collect(part(value) ? value : undefined, path, at + 1, found);
  else if (part !== '@') collect(ownValue(value, part), path, at + 1, found);
};

/** Every place below the root where one of the objects at `path` stands; an object merged by reference may stand at several. */
export const placesAt = (root: ResultObject, path: FetchPath): Map<ResultObject, ResponsePath[]> => {
  const places = new Map<ResultObject, ResponsePath[]>();
  visit(root, path, 0, [], places);
  return places;
};

const visit = (value: unknown, path: FetchPath, at: number, here: (string | number)[], places: Map<ResultObject, ResponsePath[]>): void => {
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (const [index, element] of value.entries()) visit(element, path, next, [...here, index], places);
    return;
  }
  if (!isResultObject(value)) return;
  const part = path[at];
  if (part === undefined) {
    const known = places.get(value);
    if (known) known.push(here);
    else places.set(value, [here]);
  } else if (isTypeTest(part)) {
    if (part(value)) visit(value, path, at + 1, here, places);
  } else if (part !== '@') {
    visit(ownValue(value, part), path, at + 1, [...here, part], places);
  }
};

import { entriesOf } from './entity-key.ts';
import type { FetchPath } from './fetch-path.ts';
import { compileReplacement, eachListOnce } from './path.ts';
import type { ResultObject } from './result-object.ts';
import type { Run } from './run.ts';

/**
 * Finds the objects at a path where a plan has only stubs, each once: of stubs with the same name and key the first takes the
 * place of the others, so that they are asked about, completed and carried along once. Looked for once in a run.
 */
export const compileStubs = (path: FetchPath, key: string): ((run: Run) => readonly ResultObject[]) | undefined => {
  const replace = key in {} ? undefined : compileReplacement(path);
  if (!replace || path.length === 0) return undefined;
  const place = path.join('.');
  return (run) => {
    const known = run.stubs.get(place);
    if (known) return known;
    const found: ResultObject[] = [];
    replace(run.root, found, run.sharesObjects ? eachListOnce() : undefined, oneOfEach(run, key, found));
    run.stubs.set(place, found);
    return found;
  };
};

const oneOfEach = (run: Run, key: string, found: ResultObject[]) => {
  const byType = new Map<string, Map<unknown, ResultObject>>();
  let type: unknown;
  let ofType = new Map<unknown, ResultObject>();
  return (object: ResultObject): ResultObject => {
    const { __typename: typename, [key]: value } = object;
    if (typeof typename === 'string' && (typeof value === 'string' || typeof value === 'number')) {
      if (typename !== type) {
        type = typename;
        ofType = entriesOf(byType, typename);
      }
      const known = ofType.get(value);
      if (known) {
        run.sharesObjects = true;
        return known;
      }
      ofType.set(value, object);
    }
    found.push(object);
    return object;
  };
};

import { readPart } from '../execute/fetch-path.ts';
import { fieldsOf, type Sets, setsOf, type Types } from './wanted-fields.ts';

/** What the client selects at some place, and the types of which objects there may be. */
export interface Place {
  readonly sets: Sets;
  readonly possible: readonly string[];
}

/** What is to be done at the end of a path that leads on from objects of some types only. */
interface Part<T> {
  readonly path: readonly string[];
  readonly end: T;
}

/** Ways double with each further step on which types differ; from then on they are taken together. */
const waysAtMost = 50;

/**
 * Takes a path apart by the types of the objects it goes through, where what is to be done at its end depends on them. The planner's paths
 * don't tell the types that an interface object turns out to have.
 */
export const narrowPaths = <T>(start: Place, path: readonly string[], types: Types, endOf: (sets: Sets) => T): readonly Part<T>[] => {
  let waysLeft = waysAtMost;

  const along = ({ sets, possible }: Place, [part, ...rest]: readonly string[]): readonly Part<T>[] => {
    if (part === undefined) return [{ path: [], end: endOf(sets) }];
    const onFrom = (place: Place) => along(place, rest).map((each) => ({ ...each, path: [part, ...each.path] }));
    const { name, types: told } = readPart(part);
    if (!name || name === '@') return onFrom({ sets, possible: told ?? possible });

    const all = fieldsOf(sets).get(name) ?? [];
    const fieldsFor = (type: string) => fieldsOf(sets, (condition) => types.isOfType(type, condition)).get(name) ?? [];
    const below = (group: readonly string[], fields: typeof all) => {
      const [field] = fields;
      const targets = new Set(group.flatMap((type) => (field && types.fieldType(type, field.name.value)) ?? []));
      return onFrom({ sets: setsOf(fields), possible: told ?? [...new Set([...targets].flatMap(types.possibleTypes))] });
    };
    const choiceOf = (type: string) => fieldsFor(type).map((field) => all.indexOf(field));
    const groups = Map.groupBy(possible, (type) => choiceOf(type).join());
    // What the plan itself needs below other types goes along with any.
    const others = groups.get('') ?? [];
    groups.delete('');
    waysLeft -= Math.max(0, groups.size - 1);
    if (groups.size === 0 || waysLeft < 0) return below(possible, all);

    const parts = [...groups.values()].map((group) => ({ group, parts: below(group, fieldsFor(group[0] ?? '')) }));
    const alike = [...Map.groupBy(parts, (each) => JSON.stringify(each.parts)).values()];
    return alike.flatMap((same, at): readonly Part<T>[] => {
      const leading = [...same.flatMap(({ group }) => group), ...(at === 0 ? others : [])];
      const found = same[0]?.parts ?? [];
      return alike.length === 1 ? found : found.map((each) => ({ ...each, path: [`|[${leading.join()}]`, ...each.path] }));
    });
  };
  return along(start, path);
};

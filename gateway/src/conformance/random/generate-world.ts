import { computed, fail, ref, type World } from '../world.ts';
import type { Field, Model } from './generate-schema.ts';

const ids = ['1', '2', '3'];

/** What is known of the entities of a model: some values are null, some fail, all follow from the seed. */
export const generateWorld = ({ entities, subgraphs, abstract, ofInterface }: Model, seed: number): World => {
  const chanceOf = (...of: readonly unknown[]): number => hash(`${seed}|${of.join('|')}`) % 100;
  const target = (name: string, at: string) => {
    const type = entities.some((each) => each.name === name)
      ? name
      : (abstract.members[chanceOf(at, 'member') % abstract.members.length] ?? '');
    return ref(type, ids[chanceOf(at, 'target') % ids.length] ?? '1');
  };
  const factOf = (field: Field, at: string): unknown => {
    const required = [...entities.flatMap(({ fields }) => fields), ...ofInterface].some(({ requires }) => requires === field.name);
    const luck = field.strictIn ? 100 : chanceOf(at);
    // What can't be null takes along what it stands with: whoever asks too much is found out.
    if (luck < (field.nonNull ? 20 : 8) && !required) return fail(`${at} fails`);
    if (luck < (field.nonNull ? 23 : 20)) return null;
    const one = (place: string): unknown => {
      if (field.target) return target(field.target, place);
      if (field.type === 'Int') return chanceOf(place, 'value');
      return field.type === 'Mood' ? (chanceOf(place, 'mood') < 50 ? 'GOOD' : 'BAD') : place;
    };
    if (!field.isList) return one(at);
    return Array.from({ length: chanceOf(at, 'length') % 4 }, (_, index) => (chanceOf(at, index) < 10 ? null : one(`${at}.${index}`)));
  };

  const world: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const { name, fields } of entities) {
    const records = Object.fromEntries(
      ids.map((id) => {
        const at = `${name}${id}`;
        const record: Record<string, unknown> = { id: at, code: `code${id}`, label: chanceOf(at, 'label') < 15 ? null : `label of ${at}` };
        for (const field of abstract.members.includes(name) ? [...fields, ...ofInterface] : fields) {
          const { requires } = field;
          if (requires) record[field.name] = computed((given) => `of ${given[requires]}`);
          else if (field.takesNumber) record[field.name] = ({ n }: { n: number | null }) => factOf(field, `${at}.${field.name}(${n})`);
          else record[field.name] = factOf(field, `${at}.${field.name}`);
        }
        return [id, record];
      }),
    );
    world[name] = records;
  }

  const root: Record<string, unknown> = { mood: chanceOf('mood') < 10 ? fail('no mood') : 'GOOD' };
  for (const subgraph of subgraphs) {
    root[`${subgraph}Version`] = chanceOf(subgraph) < 10 ? fail(`${subgraph} has no version`) : 7;
    root[`${subgraph}Labelled`] = listOf(abstract.members, chanceOf(subgraph, 'labelled'));
    root[`${subgraph}Any`] = listOf(abstract.members, chanceOf(subgraph, 'any')).filter((each) => each !== null);
    for (const { name } of entities) {
      root[`${subgraph}${name}`] = ({ id }: { id: string }) => ref(name, id);
      root[`${subgraph}${name}s`] = ids.map((id) => ref(name, id));
      root[`${subgraph}One${name}`] = chanceOf(subgraph, name) < 10 ? fail(`no ${name} at all`) : ref(name, '2');
    }
  }
  for (const subgraph of new Set(ofInterface.flatMap(({ owners }) => owners))) {
    root[`${subgraph}Labelled`] = listOf(abstract.members, chanceOf(subgraph, 'labelled'));
    root[`${subgraph}OneLabelled`] = ref(abstract.members[0] ?? '', '3');
  }
  return { Query: { root }, ...world };
};

const listOf = (types: readonly string[], turn: number) =>
  types.flatMap((type, at) => [ref(type, ids[(turn + at) % ids.length] ?? '1'), turn % 3 ? null : ref(type, '1')]);

/** FNV-1a. */
const hash = (text: string): number => {
  let mixed = 0x811c9dc5;
  for (const character of text) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return mixed;
};

import type { Fixture } from '../by-the-specification.ts';
import type { Dice } from './dice.ts';
import { generateWorld } from './generate-world.ts';

/** What stands in the schemas of a fixture; counted, so that nothing goes untested unnoticed. */
export type Feature =
  | ('several keys' | '@requires' | '@provides' | '@override' | '@shareable' | '@inaccessible' | '@external' | 'resolvable: false')
  | ('interface' | 'union' | 'enum' | 'non-null' | 'list' | 'arguments' | 'shared root' | 'another nullability')
  | ('@interfaceObject' | '@requires of an interface object' | 'two interface objects');

export interface Generated extends Fixture {
  readonly features: ReadonlySet<Feature>;
}

export interface Entity {
  readonly name: string;
  /** Subgraphs that can resolve it. */
  readonly homes: readonly string[];
  readonly hasCode: boolean;
  readonly fields: Field[];
  readonly label: boolean;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  /** Name of the entity, interface or union it leads to. */
  readonly target?: string;
  readonly isList: boolean;
  readonly nonNull: boolean;
  readonly takesNumber: boolean;
  readonly owners: readonly string[];
  /** Of its owners the one that promises a value, which it has everywhere then. */
  readonly strictIn?: string;
  /** Of a scalar that is computed of this other one. */
  readonly requires?: string;
  /** Of what it leads to, known to its own subgraph along this way alone. */
  provides?: string;
  /** Some field provides it, so that more than its owners answer it. */
  isProvided?: boolean;
}

export interface Model {
  readonly subgraphs: readonly string[];
  readonly entities: readonly Entity[];
  /** In the one subgraph that declares it. */
  readonly abstract: { readonly subgraph: string; readonly members: readonly string[] };
  /** What one or two more subgraphs know of the interface alone, as an interface object; empty where there is no such subgraph. */
  readonly ofInterface: readonly Field[];
}

const alias: Readonly<Record<string, string>> = { Int: 'Int', String: 'String', Mood: 'Mood' };

/** Subgraphs that compose, over entities that lead to one another. */
export const generateFixture = (dice: Dice): Generated => {
  const features = new Set<Feature>(['@external', 'union', 'interface']);
  const model = generateModel(dice, features);
  const extra = new Map(model.subgraphs.map((name) => [name, new Map<string, string[]>()]));
  const subgraphs = Object.fromEntries(
    model.subgraphs.map((name) => [name, typeDefsOf(model, name, dice, features, extra.get(name) ?? new Map())]),
  );
  for (const subgraph of new Set(model.ofInterface.flatMap(({ owners }) => owners))) subgraphs[subgraph] = asideTypeDefs(model, subgraph);
  const seed = dice.below(2 ** 30);
  return { subgraphs, world: () => generateWorld(model, seed), features };
};

const generateModel = (dice: Dice, features: Set<Feature>): Model => {
  const subgraphs = ['alpha', 'beta', 'gamma', 'delta'].slice(0, 2 + dice.below(3));
  const names = ['Ant', 'Bee', 'Cat', 'Dog'].slice(0, 2 + dice.below(3));
  const abstractAt = dice.pick(subgraphs);
  const hasAside = dice.chance(0.5);
  const entities = names.map((name): Entity => {
    const homes = dice.some(subgraphs, 1);
    const hasCode = dice.chance(0.35);
    if (hasCode) features.add('several keys');
    return { name, homes, hasCode, fields: [], label: homes.includes(abstractAt) };
  });
  const members = entities.filter(({ label }) => label).map(({ name }) => name);
  for (const entity of entities) {
    const count = 3 + dice.below(4);
    for (let at = 0; at < count; at += 1)
      entity.fields.push(generateField(dice, features, entity, at, { names, abstract: members.length > 0 && { members, abstractAt } }));
    const [source] = entity.fields.filter((field) => !field.target && !field.nonNull && !field.takesNumber && !field.isList);
    const elsewhere = source && entity.homes.filter((home) => !source.owners.includes(home));
    if (source && elsewhere?.length && dice.chance(0.7)) {
      features.add('@requires');
      entity.fields.push({
        name: 'derived',
        type: 'String',
        isList: false,
        nonNull: false,
        takesNumber: false,
        owners: [dice.pick(elsewhere)],
        requires: source.name,
      });
    }
  }
  for (const field of entities.flatMap(({ fields }) => fields)) provideBy(field, entities, dice, features);
  const ofInterface = hasAside && members.length > 0 ? generateAside(dice, features, entities, members) : [];
  return { subgraphs, entities, abstract: { subgraph: abstractAt, members }, ofInterface };
};

/** The subgraphs that know an interface object: no object of the interface may be known there by its own type. */
const asides = ['omega', 'psi'] as const;

const generateAside = (dice: Dice, features: Set<Feature>, entities: readonly Entity[], members: readonly string[]): readonly Field[] => {
  features.add('@interfaceObject');
  const [one, other] = asides;
  const hasOther = dice.chance(0.25);
  const common = { isList: false, nonNull: false, takesNumber: false, owners: [one] };
  const others = entities.filter(({ name }) => !members.includes(name));
  const fields: Field[] = [{ ...common, name: 'note', type: 'String' }];
  if (dice.chance(0.5)) fields.push({ ...common, name: 'rank', type: 'Int', takesNumber: true, nonNull: dice.chance(0.3) });
  if (dice.chance(0.5)) fields.push({ ...common, name: 'peers', type: 'Labelled', target: 'Labelled', isList: true });
  if (dice.chance(0.5) && others.length > 0) {
    const target = dice.pick(others).name;
    fields.push({ ...common, name: 'friend', type: target, target });
  }
  const computed = dice.some(['mark', 'seal']);
  if (computed.length > 0) features.add('@requires of an interface object');
  for (const name of computed) fields.push({ ...common, name, type: 'String', requires: hasOther && dice.chance(0.5) ? 'grade' : 'label' });
  if (!hasOther) return fields;
  features.add('two interface objects');
  fields.push({ ...common, name: 'grade', type: 'Int', owners: [other] });
  // With both, the ways to answer become so many that planning takes all memory, which is for the thread that plans to refuse.
  const leadsOn = fields.some(({ target }) => target === 'Labelled');
  if (!leadsOn && dice.chance(0.7)) fields.push({ ...common, name: 'kin', type: 'Labelled', target: 'Labelled', owners: [other] });
  if (dice.chance(0.6)) fields.push({ ...common, name: 'stamp', type: 'String', requires: dice.pick(['note', 'label']), owners: [other] });
  return fields;
};

const asideTypeDefs = ({ ofInterface, entities }: Model, subgraph: string): string => {
  const own = ofInterface.filter(({ owners }) => owners.includes(subgraph));
  const stubs = own.flatMap(({ target = '' }) => (entities.some(({ name }) => name === target) ? [target] : []));
  const outside = [...new Set(own.flatMap(({ requires }) => requires ?? []))].map(
    (name) => `${name}: ${name === 'grade' ? 'Int' : 'String'} @external`,
  );
  return `
    type Query { ${subgraph}Labelled: [Labelled] ${subgraph}OneLabelled: Labelled }
    type Labelled @key(fields: "id") @interfaceObject {
      id: ID! ${outside.join(' ')} ${own.map((field) => `${textOf(field)}${requirementOf(field)}`).join(' ')}
    }
    ${stubs.map((name) => `type ${name} @key(fields: "id", resolvable: false) { id: ID! }`).join(' ')}`;
};

const textOf = ({ name, type, isList, nonNull, takesNumber }: Field): string =>
  `${name}${takesNumber ? '(n: Int = 1)' : ''}: ${isList ? `[${type}]` : type}${nonNull ? '!' : ''}`;

const requirementOf = ({ requires }: Field): string => (requires ? ` @requires(fields: "${requires}")` : '');

const provideBy = (field: Field, entities: readonly Entity[], dice: Dice, features: Set<Feature>): void => {
  const [owner] = field.owners;
  const target = entities.find(({ name, homes }) => name === field.target && homes.some((home) => home === owner));
  const elsewhere = target?.fields.filter((each) => isPlain(each) && !each.owners.some((home) => home === owner));
  if (!elsewhere?.length || dice.chance(0.5)) return;
  const provided = dice.pick(elsewhere);
  field.provides = provided.name;
  provided.isProvided = true;
  features.add('@provides');
};

interface Surroundings {
  readonly names: readonly string[];
  readonly abstract: false | { readonly members: readonly string[]; readonly abstractAt: string };
}

const generateField = (dice: Dice, features: Set<Feature>, entity: Entity, at: number, { names, abstract }: Surroundings): Field => {
  const nonNull = dice.chance(0.25);
  const isList = dice.chance(0.3);
  const takesNumber = dice.chance(0.2);
  if (nonNull) features.add('non-null');
  if (isList) features.add('list');
  if (takesNumber) features.add('arguments');
  const common = { name: `f${at}`, isList, nonNull, takesNumber };
  const kind = dice.below(10);
  if (kind < 5) {
    const type = dice.pick(Object.keys(alias));
    if (type === 'Mood') features.add('enum');
    const shared = entity.homes.length > 1 && dice.chance(0.3);
    if (shared) features.add('@shareable');
    const owners = shared ? dice.some(entity.homes, 2) : [dice.pick(entity.homes)];
    if (!shared || nonNull || dice.chance(0.4)) return { ...common, type, owners };
    features.add('another nullability');
    return { ...common, type, owners, strictIn: dice.pick(owners) };
  }
  if (kind < 8 || !abstract || !entity.homes.includes(abstract.abstractAt)) {
    const target = dice.pick(names);
    return { ...common, type: target, target, owners: [dice.pick(entity.homes)] };
  }
  const target = dice.pick(['Labelled', 'Any']);
  return { ...common, type: target, target, owners: [abstract.abstractAt] };
};

const isPlain = ({ target, takesNumber, requires }: Field): boolean => !target && !takesNumber && !requires;

const typeDefsOf = (model: Model, subgraph: string, dice: Dice, features: Set<Feature>, provided: Map<string, string[]>): string => {
  const parts: string[] = ['enum Mood { GOOD BAD }'];
  const stubs = new Set<string>();
  const { abstract, entities } = model;
  const isAbstractHere = abstract.subgraph === subgraph && abstract.members.length > 0;
  const known = (field: Field, more = ''): string => {
    const { target } = field;
    if (target && !entities.find((each) => each.name === target)?.homes.includes(subgraph)) stubs.add(target);
    return `${textOf({ ...field, nonNull: field.nonNull || field.strictIn === subgraph })}${more}`;
  };

  const external = new Map<string, Set<string>>();
  const provides = ({ target, provides: name }: Field): string => {
    if (!target || !name) return '';
    external.set(target, (external.get(target) ?? new Set()).add(name));
    return ` @provides(fields: "${name}")`;
  };

  const bodies = new Map<string, string[]>();
  for (const entity of entities) {
    if (!entity.homes.includes(subgraph)) continue;
    const body = ['id: ID!'];
    bodies.set(entity.name, body);
    if (entity.hasCode) body.push('code: ID!');
    if (isAbstractHere && entity.label) body.push('label: String');
    for (const field of entity.fields) {
      if (field.owners.includes(subgraph)) {
        const moved =
          field.owners.length === 1 &&
          !field.requires &&
          !field.provides &&
          !field.isProvided &&
          !entity.fields.some(({ requires }) => requires === field.name);
        const from = moved && dice.chance(0.15) ? entity.homes.find((home) => home !== subgraph) : undefined;
        const isHidden = moved && from === undefined && dice.chance(0.06);
        if (from !== undefined) {
          features.add('@override');
          const earlier = provided.get(`${from}.${entity.name}`) ?? [];
          provided.set(`${from}.${entity.name}`, [...earlier, field.name]);
        }
        if (isHidden) features.add('@inaccessible');
        const shared = field.owners.length > 1 || field.isProvided ? ' @shareable' : '';
        body.push(
          known(
            field,
            `${shared}${requirementOf(field)}${provides(field)}${from ? ` @override(from: "${from}")` : ''}${isHidden ? ' @inaccessible' : ''}`,
          ),
        );
      } else if (entity.fields.some(({ requires, owners }) => requires === field.name && owners.includes(subgraph))) {
        external.set(entity.name, (external.get(entity.name) ?? new Set()).add(field.name));
      }
    }
  }
  for (const entity of entities) {
    const names = external.get(entity.name);
    const outside = entity.fields.filter(({ name }) => names?.has(name)).map((field) => known(field, ' @external'));
    bodies.get(entity.name)?.push(...outside);
  }

  const queries: string[] = [];
  for (const { name, homes } of entities) {
    if (!homes.includes(subgraph) || dice.chance(0.3)) continue;
    queries.push(`${subgraph}${name}(id: ID!): ${name}`, `${subgraph}${name}s: [${name}!]`);
    if (dice.chance(0.3)) queries.push(`${subgraph}One${name}: ${name}!`);
  }
  if (isAbstractHere) queries.push(`${subgraph}Labelled: [Labelled]`, `${subgraph}Any: [Any!]`);
  queries.push(`${subgraph}Version: Int`);
  if (dice.chance(0.5)) {
    features.add('shared root');
    queries.push('mood: Mood @shareable');
  }

  for (const [name, body] of bodies) {
    const entity = entities.find((each) => each.name === name);
    const keys = `@key(fields: "id")${entity?.hasCode ? ' @key(fields: "code")' : ''}`;
    const is = isAbstractHere && entity?.label ? ' implements Labelled' : '';
    parts.push(`type ${name}${is} ${keys} { ${body.join(' ')} }`);
  }
  for (const name of stubs) {
    if (!entities.some((each) => each.name === name)) continue;
    features.add('resolvable: false');
    parts.push(`type ${name} @key(fields: "id", resolvable: false) { id: ID! }`);
  }
  if (isAbstractHere) {
    const key = model.ofInterface.length > 0 ? ' @key(fields: "id")' : '';
    parts.push(`interface Labelled${key} { id: ID! label: String }`, `union Any = ${abstract.members.join(' | ')}`);
  }
  return `type Query { ${queries.join(' ')} } ${parts.join(' ')}`;
};

import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Dice } from './dice.ts';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly features: ReadonlySet<string>;
}

const depthAtMost = 5;
const othersNames = ['id', 'code', 'label', 'note', 'f0', 'f1', 'derived', '__typename', '_entities', '_0'];
const types = { yes: 'Boolean!', no: 'Boolean!', id: 'ID!', n: 'Int' };

/** A query that is mostly valid: aliases, fragments, conditions, arguments by variables, repeated fields. */
export const generateOperation = (schema: GraphQLSchema, dice: Dice): GeneratedOperation => {
  const features = new Set<string>();
  const fragments: string[] = [];
  // Many of these ask two things by one name, and so are invalid.
  const swaps = dice.chance(0.15);
  const used = (feature: string, text: string): string => {
    features.add(feature);
    return text;
  };

  const argumentsOf = ({ args }: GraphQLField<unknown, unknown>): string => {
    const [argument] = args;
    if (!argument) return '';
    const type = getNamedType(argument.type);
    if (type.name === 'ID')
      return dice.chance(0.3) ? used('variables', `(${argument.name}: $id)`) : `(${argument.name}: "${1 + dice.below(4)}")`;
    if (dice.chance(0.3)) return '';
    if (isEnumType(type)) return `(${argument.name}: ${dice.pick(type.getValues()).name})`;
    return dice.chance(0.3) ? used('variables', `(${argument.name}: $n)`) : `(${argument.name}: ${dice.below(3)})`;
  };

  const condition = (): string => {
    if (dice.chance(0.86)) return '';
    const [directive, value] = dice.pick([
      ['include', '$yes'],
      ['include', '$no'],
      ['skip', '$yes'],
      ['skip', '$no'],
      ['include', 'true'],
      ['skip', 'true'],
    ] as const);
    return used(`@${directive}`, ` @${directive}(if: ${value})`);
  };

  const aliasOf = (definition: GraphQLField<unknown, unknown>, given: string, parent: GraphQLCompositeType): string => {
    // Objects of other types may have another field by the same name, if it is of the same type.
    if (isObjectType(parent) && dice.chance(0.06))
      return used('a name for several fields', `any_${String(definition.type).replace(/\W/g, '_')}: `);
    // Whatever takes arguments is named after them, so that two never ask for different things by one name.
    if (given) return `${definition.name}${given.replace(/\W+/g, '_')}: `;
    if (swaps && dice.chance(0.1)) return used('a name of another field', `${dice.pick(othersNames)}: `);
    return dice.chance(0.2) ? used('aliases', `my_${definition.name}: `) : '';
  };

  const field = (definition: GraphQLField<unknown, unknown>, parent: GraphQLCompositeType, depth: number): string => {
    const given = argumentsOf(definition);
    const type = getNamedType(definition.type);
    const name = aliasOf(definition, given, parent);
    const below = isCompositeType(type) ? ` { ${selections(type, depth + 1)} }` : '';
    return `${name}${definition.name}${given}${condition()}${below}`;
  };

  const fragment = (type: GraphQLCompositeType, depth: number): string => {
    if (dice.chance(0.5))
      return used('inline fragments', `...${type.name ? ` on ${type.name}` : ''}${condition()} { ${selections(type, depth + 1)} }`);
    const name = `F${fragments.length}`;
    fragments.push('');
    const at = fragments.length - 1;
    fragments[at] = `fragment ${name} on ${type.name} { ${selections(type, depth + 1)} }`;
    return used('named fragments', `...${name}${condition()}`);
  };

  const selections = (type: GraphQLCompositeType, depth: number): string => {
    const all = isUnionType(type) ? [] : Object.values(type.getFields());
    const usable = all.filter((each) => depth < depthAtMost || !isCompositeType(getNamedType(each.type)));
    const texts: string[] = [];
    for (let count = 1 + dice.below(4); count > 0 && usable.length > 0; count -= 1) texts.push(field(dice.pick(usable), type, depth));
    const leading = isInterfaceType(type) ? usable.filter((each) => isCompositeType(getNamedType(each.type))) : [];
    if (depth < depthAtMost - 2 && isInterfaceType(type) && leading.length > 0 && dice.chance(0.5)) {
      const lead = dice.pick(leading);
      for (const { name } of schema.getPossibleTypes(type))
        texts.push(used('a field of each type', `... on ${name} { ${field(lead, type, depth + 1)} }`));
    } else if (depth < depthAtMost && isAbstractType(type)) {
      for (const possible of dice.some(schema.getPossibleTypes(type), 1)) texts.push(fragment(possible, depth));
    } else if (depth < depthAtMost && dice.chance(0.15)) texts.push(fragment(type, depth));
    if (depth < depthAtMost && isObjectType(type) && type.getInterfaces().length && dice.chance(0.2)) {
      texts.push(used('widening', fragment(dice.pick(type.getInterfaces()), depthAtMost - 1)));
    }
    if (dice.chance(0.2) || texts.length === 0)
      texts.push(used('__typename', `${dice.pick(['', '', 'my_type: ', swaps ? 'id: ' : ''])}__typename`));
    return texts.join(' ');
  };

  const root = schema.getQueryType();
  if (!root) throw new Error('The schema has no queries');
  const text = selections(root, 0);
  const variables = { yes: dice.chance(0.5), no: dice.chance(0.5), id: String(1 + dice.below(3)), n: dice.pick([0, 1, 2, null]) };
  const body = `{ ${text} } ${fragments.join(' ')}`;
  const declared = Object.entries(types).filter(([name]) => new RegExp(`\\$${name}\\b`).test(body));
  const query = `query${declared.length ? ` (${declared.map(([name, type]) => `$${name}: ${type}`).join(', ')})` : ''} ${body}`;
  return { query, variables, features };
};

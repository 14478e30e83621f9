import { compose } from '../../execute/test/composed.ts';

export const herdTypes = ['Ant', 'Bee', 'Cat'];

/** Two interface objects that lead on to each other, to one or to several: what it takes to plan grows by the level. */
export const aHerd = (animals: 'Animal' | '[Animal]'): string =>
  compose({
    herd: {
      typeDefs: `type Query { animals: [Animal] }
        interface Animal @key(fields: "id") { id: ID! label: String }
        ${herdTypes.map((name) => `type ${name} implements Animal @key(fields: "id") { id: ID! label: String }`).join('\n')}`,
      resolvers: {},
    },
    notes: seenFrom(animals, { root: 'noted', next: 'peer', own: 'note: String', derived: 'mark' }),
    scores: seenFrom(animals, { root: 'graded', next: 'kin', own: 'grade: Int', derived: 'seal' }),
  }).sdl;

interface Side {
  readonly root: string;
  /** The field that leads on. */
  readonly next: string;
  readonly own: string;
  readonly derived: string;
}

const seenFrom = (animals: string, { root, next, own, derived }: Side) => ({
  typeDefs: `type Query { ${root}: ${animals} }
    type Animal @key(fields: "id") @interfaceObject {
      id: ID! label: String @external ${next}: ${animals} ${own} ${derived}: String @requires(fields: "label")
    }`,
  resolvers: {},
});

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
    notes: {
      typeDefs: `type Query { noted: ${animals} }
        type Animal @key(fields: "id") @interfaceObject {
          id: ID! label: String @external peer: ${animals} note: String mark: String @requires(fields: "label")
        }`,
      resolvers: {},
    },
    scores: {
      typeDefs: `type Query { graded: ${animals} }
        type Animal @key(fields: "id") @interfaceObject {
          id: ID! label: String @external kin: ${animals} grade: Int seal: String @requires(fields: "label")
        }`,
      resolvers: {},
    },
  }).sdl;

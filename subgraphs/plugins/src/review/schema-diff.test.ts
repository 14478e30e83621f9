import { describe, expect, it } from 'vitest';
import { schemaDiff } from './schema-diff.ts';

const before = `
  type Query { crmContacts(first: Int): [CrmContact!] }
  type CrmContact @key(fields: "id") { id: ID! name: String! }
  enum CrmStage { OPEN WON }
  union CrmParty = CrmContact
`;

describe('what a version changes of its schema', () => {
  it('is everything where there is none before it', () => {
    const changes = schemaDiff(undefined, 'type Query { crmContacts: [CrmContact!] } type CrmContact { id: ID! }');
    expect(changes.map(({ kind, coordinate, before, after }) => [kind, coordinate, before, after])).toEqual([
      ['ADDED', 'CrmContact', null, 'type CrmContact'],
      ['ADDED', 'CrmContact.id', null, 'id: ID!'],
      ['ADDED', 'Query', null, 'type Query'],
      ['ADDED', 'Query.crmContacts', null, 'crmContacts: [CrmContact!]'],
    ]);
  });

  it('is nothing where only words and order differ', () => {
    const other = `
      union CrmParty = CrmContact
      """People."""
      type CrmContact @key(fields: "id") { "What they are called." name: String!  id: ID! }
      enum CrmStage { WON OPEN }
      type Query { crmContacts("How many." first: Int): [CrmContact!] }
    `;
    expect(schemaDiff(before, other)).toEqual([]);
  });

  it.each([
    ['a field taken away', before.replace('name: String!', ''), ['REMOVED CrmContact.name']],
    ['another type', before.replace('name: String!', 'name: String'), ['CHANGED CrmContact.name']],
    ['another argument', before.replace('first: Int', 'first: Int!'), ['CHANGED Query.crmContacts']],
    ['a value more', before.replace('WON', 'WON LOST'), ['ADDED CrmStage.LOST']],
    ['another key', before.replace('@key(fields: "id")', ''), ['CHANGED CrmContact']],
    ['another member', before.replace('= CrmContact', '= CrmContact | CrmDeal'), ['CHANGED CrmParty']],
    ['a type in two places', `${before} extend type CrmContact { mail: String }`, ['CHANGED CrmContact', 'ADDED CrmContact.mail']],
  ])('names %s', (_, after, expected) => {
    expect(schemaDiff(before, after).map(({ kind, coordinate }) => `${kind} ${coordinate}`)).toEqual(expected);
  });
});

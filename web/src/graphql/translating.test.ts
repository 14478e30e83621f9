import { ApolloLink, gql } from '@apollo/client';
import { firstValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { translating } from './translating.ts';

const answered = (answer: ApolloLink.Result, language: 'en' | 'it') =>
  firstValueFrom(
    ApolloLink.execute(
      ApolloLink.from([translating(() => language), new ApolloLink(() => of(answer))]),
      { query: gql`{ me { id } }` },
      { client: undefined as never },
    ),
  );
const refused = (message: string) => ({ data: { enableUser: { user: null, userErrors: [{ code: 'USER_NOT_FOUND', message }] } } });

describe('an error in an answer', () => {
  it('comes in the language of the console where the registry has words for it', async () => {
    expect(await answered(refused('There is no such user.'), 'it')).toEqual(refused('Questo utente non esiste.'));
    expect(await answered(refused('There is no such user.'), 'en')).toEqual(refused('There is no such user.'));
    const errors = [{ message: 'You may not do this.', path: ['me'], extensions: { code: 'FORBIDDEN' } }];
    expect((await answered({ data: { me: null }, errors }, 'it')).errors).toEqual([
      { ...errors[0], message: 'Non hai i permessi necessari.' },
    ]);
  });

  it('stays as it is where the server says more, and where nobody knows its code', async () => {
    expect(await answered(refused('Ada left last week.'), 'it')).toEqual(refused('Ada left last week.'));
    const strange = { data: { crmAdd: { userErrors: [{ code: 'CRM_FULL', message: 'Full.' }] } } };
    expect(await answered(strange, 'it')).toEqual(strange);
  });
});

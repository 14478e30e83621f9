import { reservedSlugs } from '@plexica/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slugOf } from './tenant-input.ts';

const characters = (from: string) => fc.constantFrom(...from);
const word = fc.string({ unit: characters('abcdefghijklmnopqrstuvwxyz0123456789'), minLength: 1, maxLength: 12 });
const goodSlug = fc
  .tuple(characters('abcdefghijklmnopqrstuvwxyz'), fc.array(word, { minLength: 1, maxLength: 5 }))
  .map(([first, words]) => first + words.join('-'))
  .filter((slug) => slug.length >= 2 && slug.length <= 40 && !(reservedSlugs as readonly string[]).includes(slug));

// The rule once more, in other words than the code.
const isGood = (text: string): boolean =>
  text.length >= 2 &&
  text.length <= 40 &&
  [...text].every((character) => 'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(character)) &&
  'abcdefghijklmnopqrstuvwxyz'.includes(text[0] ?? '-') &&
  !text.endsWith('-') &&
  !text.includes('--') &&
  !(reservedSlugs as readonly string[]).includes(text);

const codeOf = (text: string): string | undefined => {
  try {
    slugOf(text);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a slug', () => {
  it('is taken as it is when it keeps the rules', () => {
    fc.assert(
      fc.property(goodSlug, (slug) => {
        expect(slugOf(slug)).toBe(slug);
      }),
    );
  });

  it('is TENANT_SLUG_INVALID for any other text', () => {
    const nearlyGood = fc.tuple(goodSlug, characters('-_.A é/\n\u200b')).map(([slug, odd]) => slug + odd);
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: characters('a1-') }),
      nearlyGood,
      fc.constantFrom(...reservedSlugs),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        expect(codeOf(text)).toBe(isGood(text) ? undefined : 'TENANT_SLUG_INVALID');
      }),
      { numRuns: 1_000 },
    );
  });
});

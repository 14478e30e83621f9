const none: readonly string[] = [];
const codesAtMost = 10;
const errorsAtMost = 1_000;
/** A plugin's own codes travel too, and are as long as it likes. */
const longestCode = 64;

interface Coded {
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The distinct codes of these errors, the first one's first. */
export const codesOf = (errors: readonly Coded[] | undefined): readonly string[] => {
  if (!errors?.length) return none;
  const codes = new Set<string>();
  for (const { extensions } of errors.slice(0, errorsAtMost)) {
    if (typeof extensions?.code === 'string') codes.add(extensions.code.slice(0, longestCode));
    if (codes.size === codesAtMost) break;
  }
  return [...codes];
};

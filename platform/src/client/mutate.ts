import type { Client } from './client.ts';

interface Outcome {
  readonly userErrors: readonly { readonly code: string; readonly message: string; readonly path?: readonly string[] | null }[];
}

/** Runs one mutation and answers its payload; fails when it answers errors or user errors. `wanted` selects from the payload. */
export const mutate = async <Payload>(client: Client, name: string, input: Record<string, unknown>, wanted: string): Promise<Payload> => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const answer = await client.query<Record<string, Payload & Outcome>>(
    `mutation Run($input: ${type}!) { ${name}(input: $input) { ${wanted} userErrors { code message path } } }`,
    { input },
  );
  const outcome = answer.data?.[name];
  const problem = answer.errors?.[0] ?? outcome?.userErrors[0];
  if (problem || !outcome) throw new Error(`${name}: ${JSON.stringify(problem ?? answer)}`);
  return outcome;
};

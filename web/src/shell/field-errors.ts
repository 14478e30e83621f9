export type UserErrors = readonly { readonly code: string; readonly message: string; readonly path?: readonly string[] | null }[];

/** User errors by the input field they are about; those about the whole under the empty name. */
export const fieldErrors = (errors: UserErrors): Record<string, string> =>
  Object.fromEntries(errors.map(({ message, path }) => [(path ?? []).filter((part) => part !== 'input').join('.'), message]));

/** Why a document has no operation to run under this name, or without one. */
export const noOperation = (name: string | null | undefined): string =>
  name ? `There is no operation ${name}.` : 'Name the operation to run.';

type Fields = Record<string, unknown>;

/** What a request says beside its text. */
export interface OperationParts {
  readonly operationName?: string;
  readonly variables?: Fields;
  readonly extensions?: Fields;
}

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parts of a request, without those that are null; what is wrong where one is not what it should be. */
export const operationParts = (asked: Fields): OperationParts | string => {
  const operationName = asked.operationName ?? undefined;
  const variables = asked.variables ?? undefined;
  const extensions = asked.extensions ?? undefined;
  if (variables !== undefined && !isFields(variables)) return '`variables` is an object.';
  if (extensions !== undefined && !isFields(extensions)) return '`extensions` is an object.';
  if (operationName !== undefined && typeof operationName !== 'string') return '`operationName` is a text.';
  return { operationName, variables, extensions };
};

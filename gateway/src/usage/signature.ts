import { type DocumentNode, Kind, type OperationDefinitionNode, print, separateOperations, type ValueNode, visit } from 'graphql';

/** Longer ones are not kept. */
export const longestSignature = 20_000;

/** The text of one operation and its fragments, without the values written into it: valid where the operation is, and nobody's secret. */
export const signatureOf = (document: DocumentNode, { name }: OperationDefinitionNode): string => {
  const alone = separateOperations(document)[name?.value ?? ''] ?? document;
  return print(
    visit(alone, {
      [Kind.STRING]: (node) => ({ ...node, value: '', block: false }),
      [Kind.INT]: (node) => ({ ...node, value: '0' }),
      [Kind.FLOAT]: (node) => ({ ...node, value: '0' }),
      // However many were given: it is the same operation.
      [Kind.LIST]: { leave: (node) => ({ ...node, values: distinct(node.values) }) },
    }),
  );
};

const distinct = (values: readonly ValueNode[]): ValueNode[] => [...new Map(values.map((value) => [print(value), value])).values()];

import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Whether an object whose `__typename` is given answers to a type condition. Each answer is computed once. */
export const typeCondition = (schema: GraphQLSchema, condition: string): ((typename: string) => boolean) => {
  const known = new Map<string, boolean>();
  return (typename) => {
    let applies = known.get(typename);
    if (applies === undefined) {
      applies = isOfType(schema, typename, condition);
      // Typenames come from subgraphs: what the schema doesn't know is not worth remembering.
      if (schema.getType(typename)) known.set(typename, applies);
    }
    return applies;
  };
};

const isOfType = (schema: GraphQLSchema, typename: string, condition: string): boolean => {
  if (typename === condition) return true;
  const type = schema.getType(typename);
  const abstract = schema.getType(condition);
  return isAbstractType(abstract) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(abstract, type);
};

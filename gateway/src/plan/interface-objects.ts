import { isInterfaceObjectType, type ObjectType, type Subgraph, type Supergraph } from '@apollo/federation-internals';
import { Kind, parse, type SelectionSetNode } from 'graphql';

/** What a subgraph knows of an interface as of an object, and needs to be told. */
export interface InterfaceObject {
  /** Names of those that it answers. */
  readonly fields: ReadonlySet<string>;
  readonly keys: readonly SelectionSetNode[];
  /** By field, what it requires. */
  readonly requirements: ReadonlyMap<string, SelectionSetNode>;
}

/** By subgraph, then by interface. */
export type InterfaceObjects = ReadonlyMap<string, ReadonlyMap<string, InterfaceObject>>;

export const interfaceObjectsOf = (supergraph: Supergraph): InterfaceObjects =>
  new Map([...supergraph.subgraphs()].map((subgraph) => [subgraph.name, objectsIn(subgraph)]));

const objectsIn = (subgraph: Subgraph): ReadonlyMap<string, InterfaceObject> =>
  new Map(
    subgraph.schema
      .objectTypes()
      .filter(isInterfaceObjectType)
      .map((type) => [type.name, described(subgraph, type)]),
  );

const described = (subgraph: Subgraph, type: ObjectType): InterfaceObject => {
  const metadata = subgraph.metadata();
  const keys = type.appliedDirectivesOf(metadata.keyDirective()).map((key) => selected(key.arguments().fields));
  const requirements = type
    .fields()
    .flatMap((field) =>
      field.appliedDirectivesOf(metadata.requiresDirective()).map((each) => [field.name, selected(each.arguments().fields)] as const),
    );
  const fields = type.fields().filter((field) => !metadata.isFieldExternal(field));
  return { fields: new Set(fields.map(({ name }) => name)), keys, requirements: new Map(requirements) };
};

const selected = (fields: unknown): SelectionSetNode => {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('A selection of fields was expected');
  return definition.selectionSet;
};

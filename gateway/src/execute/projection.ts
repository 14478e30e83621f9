import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  getNullableType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { type Room, take, textLength } from './answer-size.ts';
import { type Completion, fail, forbiddenNull, irregular, report, reportedNull } from './completion.ts';
import { answeredAs, asTransported, leafCheck, plainLeaf, tooLarge } from './leaf.ts';
import { compileLiteral, type FieldProjection, lengthAround } from './literal.ts';
import { isResultObject, ownValue, type ResultObject, setOwn } from './result-object.ts';
import { collectFields, dependsOnType, isIntrospection, type SelectionSource } from './selection.ts';
import { typeCondition } from './type-condition.ts';

/**
 * Makes the client's answer of what the subgraphs said: the selected fields in order, checked against the schema.
 * Without a completion it throws `irregular` at the first value that doesn't fit; with one it reports and goes on.
 */
export type Projection = (value: unknown, completion: Completion | undefined) => unknown;

type ObjectProjection = (object: ResultObject, completion: Completion | undefined) => ResultObject | typeof forbiddenNull;

export interface ProjectionSource extends SelectionSource {
  /** Of the answer that is being made: one at a time, for none is made in parts. */
  readonly room: Room;
}

/** Compiles the projection of the root object; what introspection fields answer lies ready in it. */
export const compileProjection = (
  source: ProjectionSource,
  root: GraphQLCompositeType,
  selectionSet: SelectionSetNode,
): ((data: ResultObject, completion: Completion | undefined) => ResultObject | null) => {
  const project = objectProjection(source, root, [selectionSet]);
  return (data, completion) => {
    const answer = project(data, completion);
    return answer === forbiddenNull ? null : answer;
  };
};

const objectProjection = (
  source: ProjectionSource,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): ObjectProjection => {
  const fields = [...collectFields(source, selectionSets, type.name)].map(([name, nodes]) => fieldProjection(source, type, name, nodes));
  // Aliases such as `constructor` exist on every object; reading them needs more care than others.
  const read = fields.some(({ name }) => name in {}) ? ownValue : (object: ResultObject, name: string) => object[name];
  const { room } = source;
  const literal = compileLiteral(fields, room);
  const around = lengthAround(fields);
  return (object, completion) => {
    if (literal && !completion) return literal(object);
    take(room, around);
    const answer: ResultObject = {};
    for (const { name, key, project } of fields) {
      if (completion) completion.path.push(name);
      const value = project(read(object, key), completion, object);
      if (completion) completion.path.pop();
      if (value === forbiddenNull) return forbiddenNull;
      if (name === '__proto__') setOwn(answer, name, value);
      else answer[name] = value === reportedNull ? null : value;
    }
    return answer;
  };
};

const fieldProjection = (
  source: ProjectionSource,
  type: GraphQLCompositeType,
  name: string,
  nodes: readonly FieldNode[],
): FieldProjection => {
  const [node] = nodes;
  if (!node) throw new Error(`Nothing is selected as ${name}`);
  const fieldName = node.name.value;
  const key = isIntrospection(node) ? name : source.plannedName(node);
  if (fieldName === '__typename') return { name, key, project: typenameOf(source, type) };
  if (isIntrospection(node)) return { name, key, project: counted(source.room) };
  const field = 'getFields' in type ? type.getFields()[fieldName] : undefined;
  if (!field) throw new Error(`${type.name}.${fieldName} does not exist`);
  const selectionSets = nodes.flatMap((each) => each.selectionSet ?? []);
  const project = valueProjection(source, field.type, selectionSets, (at) => `field ${type.name}.${at}`);
  return { name, key, project, plain: plainLeaf(getNullableType(field.type)) };
};

/** A value that is answered as it is, however large. */
const counted =
  (room: Room) =>
  <Value>(value: Value): Value => {
    take(room, typeof value === 'object' ? textLength(value, room.limit - room.used) : typeof value === 'string' ? value.length + 2 : 1);
    return value;
  };

/** An object whose type is known only by its interface has no name to tell. */
const typenameOf =
  (source: ProjectionSource, type: GraphQLCompositeType): FieldProjection['project'] =>
  (value, completion, object) => {
    const name = value ?? object.__typename;
    const said = (typeof name === 'string' && source.schema.getType(name)) || type;
    if (isObjectType(said)) {
      take(source.room, said.name.length + 2);
      return said.name;
    }
    if (completion) return forbiddenNull;
    throw irregular;
  };

type Place = (at: string | number) => string;

const valueProjection = (
  source: ProjectionSource,
  type: GraphQLOutputType,
  selectionSets: readonly SelectionSetNode[],
  place: Place,
): Projection => {
  if (isNonNullType(type)) return nonNull(valueProjection(source, type.ofType, selectionSets, place), place);
  if (isListType(type)) {
    const element = type.ofType;
    return list(
      valueProjection(source, element, selectionSets, (at) => `array element of type ${nullable(element)} at index ${at}`),
      place,
      source.room,
    );
  }
  if (isLeafType(type)) {
    const fits = leafCheck(type);
    const answered = counted(source.room);
    const written = answeredAs(type);
    return (value, completion) => {
      if (value === null || value === undefined) return null;
      const transported = asTransported(value);
      if (fits(transported)) return answered(written(transported));
      const why = tooLarge(type, transported);
      return why === undefined ? report(completion, (at) => `Invalid value found for ${place(at)}.`) : fail(completion, why);
    };
  }
  return composite(source, type, selectionSets, place);
};

const nullable = (type: GraphQLOutputType): GraphQLOutputType => (isNonNullType(type) ? type.ofType : type);

const nonNull =
  (inner: Projection, place: Place): Projection =>
  (value, completion) => {
    const projected = inner(value, completion);
    if (projected !== null && projected !== reportedNull) return projected;
    if (projected === null) report(completion, (at) => `Cannot return null for non-nullable ${place(at)}.`);
    return forbiddenNull;
  };

const list =
  (element: Projection, place: Place, room: Room): Projection =>
  (value, completion) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return report(completion, (at) => `Invalid value found for ${place(at)}.`);
    take(room, value.length + 1);
    if (!completion) {
      const projected = new Array<unknown>(value.length);
      for (let index = 0; index < value.length; index += 1) projected[index] = element(value[index], undefined);
      return projected;
    }
    let forbidden = false;
    const projected = value.map((each, index) => {
      completion.path.push(index);
      const answer = element(each, completion);
      completion.path.pop();
      if (answer === forbiddenNull) forbidden = true;
      return answer === reportedNull ? null : answer;
    });
    return forbidden ? reportedNull : projected;
  };

/** Compiles one projection per runtime type, when an object of it is first seen. Of what type an object is may have to be told. */
const composite = (
  source: ProjectionSource,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
  place: Place,
): Projection => {
  const byTypename = new Map<string, ObjectProjection | undefined>();
  const projectionOf = (typename: string): ObjectProjection | undefined => {
    if (byTypename.has(typename)) return byTypename.get(typename);
    const runtime = source.schema.getType(typename);
    if (!isCompositeType(runtime) || !typeCondition(source.schema, type.name)(typename)) return undefined;
    const isTold = isObjectType(runtime) || !dependsOnType(source, runtime, selectionSets);
    const projection = isTold ? objectProjection(source, runtime, selectionSets) : undefined;
    byTypename.set(typename, projection);
    return projection;
  };
  return (value, completion) => {
    if (value === null || value === undefined) return null;
    if (!isResultObject(value)) return report(completion, (at) => `Invalid value found for ${place(at)}.`);
    const typename = value.__typename ?? type.name;
    const project = typeof typename === 'string' ? (byTypename.get(typename) ?? projectionOf(typename)) : undefined;
    if (!project) return report(completion, (at) => `Invalid __typename found for object at ${place(at)}.`);
    const answer = project(value, completion);
    return answer === forbiddenNull ? reportedNull : answer;
  };
};

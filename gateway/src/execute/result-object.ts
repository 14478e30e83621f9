/** A GraphQL object as it came from a subgraph, or as several subgraphs together made it. */
export type ResultObject = Record<string, unknown>;

export const isResultObject = (value: unknown): value is ResultObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads an own property: response names such as `constructor` are aliases that a client may choose. */
export const ownValue = (object: ResultObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

/** Writes an own property, also under the name `__proto__`. */
export const setOwn = (object: ResultObject, name: string, value: unknown): void => {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
  } else {
    object[name] = value;
  }
};

/** Whether it is the name of an object type, rather than of an interface. */
export type IsObjectName = (name: unknown) => boolean;

/**
 * Adds what one more subgraph said about an object. Lists of equal length merge element by element, everything else is replaced. A subgraph
 * with an interface object knows only the interface's name: where types are told apart, the name of an object is the one that stays.
 */
export const mergeInto = (target: ResultObject, source: ResultObject, isObjectName?: IsObjectName): void => {
  if (target === source) return;
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (value === undefined) continue;
    const known = ownValue(target, name);
    if (isResultObject(value) && isResultObject(known)) mergeInto(known, value, isObjectName);
    else if (Array.isArray(value) && Array.isArray(known) && value.length === known.length) mergeLists(known, value, isObjectName);
    else if (name !== '__typename' || !known || known === value || !isObjectName || isObjectName(value)) setOwn(target, name, value);
  }
};

const mergeLists = (target: unknown[], source: readonly unknown[], isObjectName: IsObjectName | undefined): void => {
  for (const [index, value] of source.entries()) {
    const known = target[index];
    if (isResultObject(value) && isResultObject(known)) mergeInto(known, value, isObjectName);
    else target[index] = value;
  }
};

/** A copy that shares nothing with the original. */
export const cloneResult = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(cloneResult);
  if (!isResultObject(value) || isLeafObject(value)) return value;
  const copy: ResultObject = {};
  for (const name of Object.keys(value)) setOwn(copy, name, cloneResult(value[name]));
  return copy;
};

/** True for a serialized scalar that is still an object in memory, such as a `Date` of an in-process subgraph. */
export const isLeafObject = (value: object): value is { toJSON(): unknown } => 'toJSON' in value && typeof value.toJSON === 'function';

/** What is made of an object, made once and kept for as long as the object is. */
export const onceFor = <Of extends object, Made extends {}>(make: (of: Of) => Made): ((of: Of) => Made) => {
  const known = new WeakMap<Of, Made>();
  return (of) => {
    const found = known.get(of);
    if (found !== undefined) return found;
    const made = make(of);
    known.set(of, made);
    return made;
  };
};

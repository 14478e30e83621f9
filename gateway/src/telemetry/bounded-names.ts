/** Where a name has no label of its own any more. */
export const other = 'other';
const none = 'none';

/** The first names seen have a label of their own, for as long as this process lives; all others share one. */
export const boundedNames = (atMost: number) => {
  const known = new Set<string>();
  return (name: string | undefined): string => {
    if (!name) return none;
    if (known.size < atMost) known.add(name);
    return known.has(name) ? name : other;
  };
};

/** The same for names that each tenant brings along: none takes the room of another. */
export const boundedNamesPerTenant = ({ atMost, perTenant }: { readonly atMost: number; readonly perTenant: number }) => {
  const known = new Map<string, Set<string>>();
  let size = 0;
  return (tenant: string, name: string, mayBeNew = true): string => {
    const names = known.get(tenant);
    if (names?.has(name)) return name;
    if (!mayBeNew || size >= atMost || (names?.size ?? 0) >= perTenant) return other;
    if (names) names.add(name);
    else known.set(tenant, new Set([name]));
    size += 1;
    return name;
  };
};

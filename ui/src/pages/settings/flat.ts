/** A tree of settings as a list of dotted names with values. */

export function flat(tree: Record<string, unknown>, prefix = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
    const path = prefix ? `${prefix}.${name}` : name;
    if (Array.isArray(value)) return [[path, JSON.stringify(value)]];
    if (value !== null && typeof value === "object") return flat(value as Record<string, unknown>, path);
    return [[path, value]];
  });
}

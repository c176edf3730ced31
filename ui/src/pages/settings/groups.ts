/** Settings in the groups that their names say, those that fit a search. */

export interface Setting {
  name: string;
  env: string;
  value: unknown;
  default: unknown;
  /** Where the value comes from: `default`, `environment`, a file or a profile. */
  source: string;
  file: string | null;
  is_changed: boolean;
  is_secret: boolean;
}

/** Groups by the name up to the last dot; what stands in none comes first. */
export function groups(all: readonly Setting[], search: string, onlyChanged: boolean): [string, Setting[]][] {
  const low = search.trim().toLowerCase();
  const found = new Map<string, Setting[]>();
  for (const each of all) {
    if (onlyChanged && !each.is_changed) continue;
    if (low && ![each.name, each.env, String(each.value)].some((text) => text.toLowerCase().includes(low))) continue;
    const group = each.name.includes(".") ? each.name.slice(0, each.name.lastIndexOf(".")) : "";
    found.set(group, [...(found.get(group) ?? []), each]);
  }
  return [...found].sort(([one], [other]) => one.localeCompare(other));
}

export function shown(value: unknown): string | null {
  if (value === null || value === undefined || value === "") return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

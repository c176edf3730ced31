/** Puts the parts of subflows into the timeline of the run that called them. */

import type { Wire } from "./model";

const SEPARATOR = " › ";

/** Indexes of values in a list that grows. */
function places(list: string[]): (value: string) => number {
  const known = new Map(list.map((value, index) => [value, index]));
  return (value) => {
    const found = known.get(value) ?? list.push(value) - 1;
    known.set(value, found);
    return found;
  };
}

/**
 * The timeline with the parts of subflows behind their callers. `subflows` has the timelines of flow runs by their
 * ids; those that are called by nobody here are passed over, and each is put in once.
 */
export function embedded(base: Wire, subflows: ReadonlyMap<string, Wire>): Wire {
  if (subflows.size === 0) return base;
  const states = [...base.states];
  const groups = [...base.groups];
  const stateOf = places(states);
  const groupOf = places(groups);
  const columns = { ...base.nodes };
  const nodes: Wire["nodes"] = {
    ...columns,
    id: [...columns.id],
    name: [...columns.name],
    group: [...columns.group],
    state: [...columns.state],
    expected: [...columns.expected],
    start: [...columns.start],
    end: [...columns.end],
    runs: [...columns.runs],
    subflow: { ...columns.subflow },
    parents: { ...columns.parents },
  };
  const within: Record<string, string> = {};
  const attempts = { ...base.attempts };
  const artifacts = [...base.artifacts];
  const waiting = Object.entries(nodes.subflow);
  const seen = new Set<string>();
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [caller, id] = next;
    const part = subflows.get(id);
    if (!part || seen.has(id)) continue;
    seen.add(id);
    const shift = Date.parse(part.origin) - Date.parse(base.origin);
    const moved = (at: number | null | undefined): number | null => (at == null ? null : at + shift);
    const name = nodes.name[nodes.id.indexOf(caller)] ?? "";
    part.nodes.id.forEach((node, index) => {
      within[node] = caller;
      nodes.id.push(node);
      nodes.name.push(part.nodes.name[index] ?? "");
      nodes.group.push(groupOf(name + SEPARATOR + (part.groups[part.nodes.group[index] ?? 0] ?? "")));
      nodes.state.push(stateOf(part.states[part.nodes.state[index] ?? 0] ?? ""));
      nodes.expected.push(moved(part.nodes.expected[index]));
      nodes.start.push(moved(part.nodes.start[index]));
      nodes.end.push(moved(part.nodes.end[index]));
      nodes.runs.push(part.nodes.runs[index] ?? 0);
    });
    Object.assign(nodes.parents, part.nodes.parents);
    Object.assign(nodes.subflow, part.nodes.subflow);
    for (const [node, pieces] of Object.entries(part.attempts)) {
      attempts[node] = pieces.map(([from, to, state]) => [from + shift, moved(to), state]);
    }
    for (const artifact of part.artifacts) artifacts.push({ ...artifact, at: artifact.at + shift });
    waiting.push(...Object.entries(part.nodes.subflow));
  }
  return { ...base, states, groups, nodes, within, attempts, artifacts };
}

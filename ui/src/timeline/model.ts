/** What a timeline shows: the nodes of a flow run in columns, as the server tells them and as they are drawn. */

export interface Wire {
  /** The instant that all times are milliseconds after. */
  origin: string;
  until: string;
  end: number | null;
  states: string[];
  groups: string[];
  nodes: {
    id: string[];
    name: string[];
    group: number[];
    state: number[];
    expected: (number | null)[];
    start: (number | null)[];
    end: (number | null)[];
    runs: number[];
    subflow: Record<string, string>;
    parents: Record<string, string[]>;
  };
  /** From, to and outcome of each time that a node ran, for nodes that ran more than once. */
  attempts: Record<string, [number, number | null, string][]>;
  /** The node that a node is a part of, where subflows are opened. */
  within?: Record<string, string>;
  artifacts: { id: string; at: number; key: string | null; type: string | null; task_run_id: string | null }[];
  run_states: { type: string; name: string; at: number }[];
}

/** A timeline as the server tells it: parents by their place among its nodes, those elsewhere by their ids. */
export interface Told extends Omit<Wire, "nodes"> {
  nodes: Omit<Wire["nodes"], "parents"> & { parents: ((number | string)[] | null)[] };
}

export function wireOf(told: Told): Wire {
  const { id: ids, parents: places } = told.nodes;
  const parents: Wire["nodes"]["parents"] = {};
  places.forEach((found, node) => {
    if (found) parents[ids[node] ?? ""] = found.map((each) => (typeof each === "number" ? (ids[each] ?? "") : each));
  });
  return { ...told, nodes: { ...told.nodes, parents } };
}

/** Types of states, the ones that matter more later: where bars fall together the worst is seen. */
export const TYPES = [
  "COMPLETED",
  "SCHEDULED",
  "PENDING",
  "PAUSED",
  "RUNNING",
  "CANCELLING",
  "CANCELLED",
  "CRASHED",
  "FAILED",
] as const;

const KINDS = new Map<string, number>(TYPES.map((type, index) => [type, index]));
const WITHOUT = KINDS.get("PENDING") ?? 2;

export interface Model {
  count: number;
  wire: Wire;
  /** Index of a node's type in `TYPES`. */
  kind: Uint8Array;
  group: Int32Array;
  /** When a bar begins and ends, in milliseconds; what runs ends at `now`. */
  from: Float64Array;
  to: Float64Array;
  index: Map<string, number>;
  now: number;
}

export function modelOf(wire: Wire): Model {
  const { nodes } = wire;
  const count = nodes.id.length;
  const kinds = wire.states.map((state) => KINDS.get(state.split(":")[0] ?? "") ?? WITHOUT);
  const now = wire.end ?? Date.parse(wire.until) - Date.parse(wire.origin);
  const kind = new Uint8Array(count);
  const from = new Float64Array(count);
  const to = new Float64Array(count);
  const index = new Map<string, number>();
  for (let node = 0; node < count; node++) {
    kind[node] = kinds[nodes.state[node] ?? 0] ?? WITHOUT;
    const start = nodes.start[node] ?? nodes.expected[node] ?? 0;
    from[node] = start;
    const isOpen = nodes.start[node] !== null && nodes.end[node] === null;
    to[node] = Math.max(start, nodes.end[node] ?? (isOpen ? now : start));
    index.set(nodes.id[node] ?? "", node);
  }
  return { count, wire, kind, group: Int32Array.from(nodes.group), from, to, index, now };
}

/** When a node ran, for one that ran more than once: from, to and the kind of its outcome. */
export function attemptsOf(model: Model, node: number): [number, number, number][] {
  const pieces = model.wire.attempts[model.wire.nodes.id[node] ?? ""] ?? [];
  return pieces.map(([from, to, state]) => [from, to ?? model.now, KINDS.get(state) ?? WITHOUT]);
}

/** The name of a node's state. */
export function stateOf(model: Model, node: number): { type: string; name: string } {
  const [type = "PENDING", name = ""] = (model.wire.states[model.wire.nodes.state[node] ?? 0] ?? "").split(":");
  return { type, name };
}

export function parentsOf(model: Model, node: number): number[] {
  const ids = model.wire.nodes.parents[model.wire.nodes.id[node] ?? ""] ?? [];
  return ids.map((id) => model.index.get(id)).filter((found) => found !== undefined);
}

/** For each node those that depend on it. */
export function childrenOf(model: Model): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const [id, parents] of Object.entries(model.wire.nodes.parents)) {
    const child = model.index.get(id);
    if (child === undefined) continue;
    for (const parent of parents) {
      const node = model.index.get(parent);
      if (node === undefined) continue;
      const list = found.get(node);
      if (list) list.push(child);
      else found.set(node, [child]);
    }
  }
  return found;
}

/** The chain that the end waited for: back from what ended last, each time to the parent that ended last. */
export function criticalPath(model: Model): number[] {
  let at = -1;
  for (let node = 0; node < model.count; node++) {
    if (at < 0 || (model.to[node] ?? 0) > (model.to[at] ?? 0)) at = node;
  }
  const path: number[] = [];
  const seen = new Set<number>();
  while (at >= 0 && !seen.has(at)) {
    seen.add(at);
    path.push(at);
    let next = -1;
    for (const parent of parentsOf(model, at)) {
      if (next < 0 || (model.to[parent] ?? 0) > (model.to[next] ?? 0)) next = parent;
    }
    at = next;
  }
  return path.reverse();
}

/** What was told first with what was told later: nodes that are known are changed, others come behind. */
export function joined(before: Wire, later: Wire): Wire {
  const states = [...before.states];
  const groups = [...before.groups];
  const place = (list: string[], value: string): number => {
    const found = list.indexOf(value);
    return found >= 0 ? found : list.push(value) - 1;
  };
  const stateOfLater = later.states.map((state) => place(states, state));
  const groupOfLater = later.groups.map((group) => place(groups, group));
  const known = new Map(before.nodes.id.map((id, index) => [id, index]));
  const nodes: Wire["nodes"] = {
    ...before.nodes,
    id: [...before.nodes.id],
    name: [...before.nodes.name],
    group: [...before.nodes.group],
    state: [...before.nodes.state],
    expected: [...before.nodes.expected],
    start: [...before.nodes.start],
    end: [...before.nodes.end],
    runs: [...before.nodes.runs],
    subflow: { ...before.nodes.subflow, ...later.nodes.subflow },
    parents: { ...before.nodes.parents, ...later.nodes.parents },
  };
  const shift = Date.parse(later.origin) - Date.parse(before.origin);
  const moved = (at: number | null | undefined): number | null => (at == null ? null : at + shift);
  later.nodes.id.forEach((id, index) => {
    const at = known.get(id) ?? nodes.id.length;
    nodes.id[at] = id;
    nodes.name[at] = later.nodes.name[index] ?? "";
    nodes.group[at] = groupOfLater[later.nodes.group[index] ?? 0] ?? 0;
    nodes.state[at] = stateOfLater[later.nodes.state[index] ?? 0] ?? 0;
    nodes.expected[at] = moved(later.nodes.expected[index]);
    nodes.start[at] = moved(later.nodes.start[index]);
    nodes.end[at] = moved(later.nodes.end[index]);
    nodes.runs[at] = later.nodes.runs[index] ?? 0;
  });
  const attempts = { ...before.attempts };
  for (const [id, pieces] of Object.entries(later.attempts)) {
    attempts[id] = pieces.map(([from, to, state]) => [from + shift, moved(to), state]);
  }
  const marks = new Set(before.artifacts.map((artifact) => artifact.id));
  const artifacts = later.artifacts.filter((artifact) => !marks.has(artifact.id));
  return { ...later, origin: before.origin, end: moved(later.end), states, groups, nodes, attempts, artifacts: [...before.artifacts, ...artifacts] };
}

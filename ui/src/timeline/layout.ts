/** Where the nodes of a timeline stand: pure functions from a model to lanes. */

import { childrenOf, type Model } from "./model";

export type View = "gantt" | "dag" | "duration";

export interface Lane {
  /** Index of the group that it belongs to, -1 where there are none. */
  group: number;
  /** The line that names the group; folded it holds all nodes of it. */
  isHead: boolean;
  isFolded: boolean;
  /** In how many subflows that are opened it stands. */
  depth?: number;
}

export interface Layout {
  view: View;
  lanes: Lane[];
  /** Where each node begins and ends: milliseconds, or columns of the dependency grid. */
  from: Float64Array;
  to: Float64Array;
  /** The lane of each node. */
  lane: Int32Array;
  /** Nodes by lane, then by where they begin; lane `n` has those from `offsets[n]` to `offsets[n + 1]`. */
  order: Int32Array;
  offsets: Int32Array;
  min: number;
  max: number;
}

/** So many nodes have a line each; more share lines. */
export const SINGLE = 150;

function byStart(from: Float64Array, nodes: Iterable<number>): number[] {
  return [...nodes].sort((one, other) => (from[one] ?? 0) - (from[other] ?? 0) || one - other);
}

function finish(
  view: View,
  lanes: Lane[],
  members: number[][],
  from: Float64Array,
  to: Float64Array,
  count: number,
): Layout {
  const lane = new Int32Array(count).fill(-1);
  const order = new Int32Array(count);
  const offsets = new Int32Array(lanes.length + 1);
  let at = 0;
  members.forEach((nodes, index) => {
    offsets[index] = at;
    for (const node of nodes) {
      lane[node] = index;
      order[at++] = node;
    }
  });
  offsets[lanes.length] = at;
  let min = Infinity;
  let max = -Infinity;
  for (let node = 0; node < count; node++) {
    min = Math.min(min, from[node] ?? 0);
    max = Math.max(max, to[node] ?? 0);
  }
  if (count === 0) [min, max] = [0, 1];
  return { view, lanes, from, to, lane, order, offsets, min, max: Math.max(max, min + 1e-3) };
}

/** Puts nodes that do not overlap into the same lane: each goes to the first lane that is free. */
export function packed(nodes: readonly number[], from: Float64Array, to: Float64Array): number[][] {
  const lanes: number[][] = [];
  // lanes that are free, by the time that they are free from: a heap of [until, lane]
  const busy: [number, number][] = [];
  const down = (at: number): void => {
    for (;;) {
      const left = at * 2 + 1;
      if (left >= busy.length) return;
      const right = left + 1;
      const least = right < busy.length && before(busy[right], busy[left]) ? right : left;
      if (!before(busy[least], busy[at])) return;
      swap(least, at);
      at = least;
    }
  };
  const before = (one: [number, number] | undefined, other: [number, number] | undefined): boolean =>
    one !== undefined && other !== undefined && (one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]));
  const swap = (one: number, other: number): void => {
    const [a, b] = [busy[one], busy[other]];
    if (a && b) [busy[one], busy[other]] = [b, a];
  };
  for (const node of nodes) {
    const first = busy[0];
    if (first && first[0] <= (from[node] ?? 0)) {
      lanes[first[1]]?.push(node);
      first[0] = to[node] ?? 0;
      down(0);
      continue;
    }
    busy.push([to[node] ?? 0, lanes.length]);
    lanes.push([node]);
    for (let at = busy.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!before(busy[at], busy[parent])) break;
      swap(at, parent);
      at = parent;
    }
  }
  return lanes;
}

/** Nodes by the node that they are a part of; those of the run itself by -1. */
function insideOf(model: Model): Map<number, number[]> {
  const found = new Map<number, number[]>([[-1, []]]);
  for (const node of range(model.count)) {
    const caller = model.wire.within?.[model.wire.nodes.id[node] ?? ""];
    const place = caller === undefined ? -1 : (model.index.get(caller) ?? -1);
    const list = found.get(place);
    if (list) list.push(node);
    else found.set(place, [node]);
  }
  return found;
}

/** Nodes over time. Few have a line each, many share lines below the name of their task. */
export function gantt(model: Model, isGrouped: boolean, folded: ReadonlySet<number>): Layout {
  const { from, to, count } = model;
  const lanes: Lane[] = [];
  const members: number[][] = [];
  if (!isGrouped) {
    const inside = insideOf(model);
    const place = (nodes: Iterable<number>, depth: number): void => {
      for (const node of byStart(from, nodes)) {
        lanes.push({ group: -1, isHead: false, isFolded: false, depth });
        members.push([node]);
        place(inside.get(node) ?? [], depth + 1);
      }
    };
    place(inside.get(-1) ?? [], 0);
    return finish("gantt", lanes, members, from, to, count);
  }
  const groups = new Map<number, number[]>();
  for (const node of byStart(from, range(count))) {
    const group = model.group[node] ?? 0;
    const list = groups.get(group);
    if (list) list.push(node);
    else groups.set(group, [node]);
  }
  for (const [group, nodes] of groups) {
    const isFolded = folded.has(group);
    lanes.push({ group, isHead: true, isFolded });
    members.push(isFolded ? nodes : []);
    if (isFolded) continue;
    for (const lane of packed(nodes, from, to)) {
      lanes.push({ group, isHead: false, isFolded: false });
      members.push(lane);
    }
  }
  return finish("gantt", lanes, members, from, to, count);
}

const WIDE = 0.82;

/** How many steps of dependencies each node is away from those without any; what is in a circle is at 0. */
export function depths(model: Model): Int32Array {
  const depth = new Int32Array(model.count);
  const open = new Int32Array(model.count);
  const children = childrenOf(model);
  for (const nodes of children.values()) for (const node of nodes) open[node] = (open[node] ?? 0) + 1;
  const ready = [...range(model.count)].filter((node) => open[node] === 0);
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    for (const child of children.get(node) ?? []) {
      depth[child] = Math.max(depth[child] ?? 0, (depth[node] ?? 0) + 1);
      open[child] = (open[child] ?? 0) - 1;
      if (open[child] === 0) ready.push(child);
    }
  }
  return depth;
}

/** Nodes by what they depend on: a column for each step. */
export function dag(model: Model): Layout {
  const depth = depths(model);
  const from = new Float64Array(model.count);
  const to = new Float64Array(model.count);
  const members: number[][] = [];
  const taken = new Map<number, number>();
  for (const node of byStart(model.from, range(model.count))) {
    const column = depth[node] ?? 0;
    from[node] = column;
    to[node] = column + WIDE;
    const row = taken.get(column) ?? 0;
    taken.set(column, row + 1);
    (members[row] ??= []).push(node);
  }
  members.forEach((nodes, row) => (members[row] = byStart(from, nodes)));
  const lanes = members.map(() => ({ group: -1, isHead: false, isFolded: false }));
  return finish("dag", lanes, members, from, to, model.count);
}

/** Nodes by how long they took, the longest first. */
export function durations(model: Model): Layout {
  const from = new Float64Array(model.count);
  const to = new Float64Array(model.count);
  for (let node = 0; node < model.count; node++) to[node] = (model.to[node] ?? 0) - (model.from[node] ?? 0);
  const nodes = [...range(model.count)].sort((one, other) => (to[other] ?? 0) - (to[one] ?? 0));
  const lanes = nodes.map(() => ({ group: -1, isHead: false, isFolded: false }));
  return finish("duration", lanes, nodes.map((node) => [node]), from, to, model.count);
}

export function* range(count: number): Generator<number> {
  for (let at = 0; at < count; at++) yield at;
}

export type Emit = (left: number, right: number, kind: number, node: number) => void;

/**
 * The bars of a lane that are in view, from left to right in pixels. Those narrower than a pixel are merged with
 * their neighbours, and the merged bar has the state that matters most; its node is -1.
 */
export function bars(
  layout: Layout,
  kinds: Uint8Array,
  lane: number,
  left: number,
  scale: number,
  width: number,
  emit: Emit,
): void {
  const { order, offsets, from, to } = layout;
  const end = offsets[lane + 1] ?? 0;
  const begin = offsets[lane] ?? 0;
  const right = left + width / scale;
  let at = begin;
  if (!layout.lanes[lane]?.isFolded) {
    // bars of a lane do not overlap, so their ends are in order, too
    let high = end;
    while (at < high) {
      const middle = (at + high) >> 1;
      if ((to[order[middle] ?? 0] ?? 0) < left) at = middle + 1;
      else high = middle;
    }
  }
  let openLeft = 0;
  let openRight = -1;
  let openKind = 0;
  const flush = (): void => {
    if (openRight > openLeft) emit(openLeft, openRight, openKind, -1);
    openRight = -1;
  };
  for (; at < end; at++) {
    const node = order[at] ?? 0;
    const begun = from[node] ?? 0;
    if (begun > right) break;
    const ended = to[node] ?? 0;
    if (ended < left) continue;
    const x0 = (begun - left) * scale;
    const x1 = (ended - left) * scale;
    const kind = kinds[node] ?? 0;
    if (x1 - x0 >= 1.5) {
      flush();
      emit(x0, x1, kind, node);
      continue;
    }
    const column = Math.floor(x0);
    if (openRight >= 0 && column < openRight) {
      if (kind > openKind) openKind = kind;
      continue;
    }
    flush();
    [openLeft, openRight, openKind] = [column, column + 1, kind];
  }
  flush();
}

/** How many nodes are under way in each column of an overview, by kind: `kinds` numbers a column. */
export function density(model: Model, columns: number, min: number, max: number, kinds: number): Uint32Array {
  const counts = new Uint32Array(columns * kinds);
  const step = Math.max(1e-9, (max - min) / columns);
  for (let node = 0; node < model.count; node++) {
    const first = Math.max(0, Math.floor(((model.from[node] ?? 0) - min) / step));
    const last = Math.min(columns - 1, Math.floor(((model.to[node] ?? 0) - min) / step));
    const kind = model.kind[node] ?? 0;
    for (let column = first; column <= last; column++) {
      const at = column * kinds + kind;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return counts;
}

/** Marks that would lie on each other as one: `[where, how many, the first of them]`. */
export function clustered(at: readonly number[], gap: number): [number, number, number][] {
  const found: [number, number, number][] = [];
  const order = at.map((_, index) => index).sort((one, other) => (at[one] ?? 0) - (at[other] ?? 0));
  for (const index of order) {
    const where = at[index] ?? 0;
    const last = found[found.length - 1];
    if (last && where - last[0] < gap) last[1] += 1;
    else found.push([where, 1, index]);
  }
  return found;
}

/** Round steps for the lines of an axis, about `wanted` of them. */
export function ticks(min: number, max: number, wanted: number): number[] {
  const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5, 6048e5];
  const raw = (max - min) / Math.max(1, wanted);
  const step = STEPS.find((each) => each >= raw) ?? raw;
  const found: number[] = [];
  for (let at = Math.ceil(min / step) * step; at <= max; at += step) found.push(at);
  return found;
}

/** Draws a timeline on a canvas. Nothing here remembers anything: what is drawn is what is handed in. */

import type { Colours } from "../parts/canvas";
import { duration } from "../parts/time";
import { AXIS, LANE, type Camera } from "./camera";
import { bars, clustered, ticks, type Layout } from "./layout";
import { attemptsOf, parentsOf, TYPES, type Model } from "./model";

export interface Shown {
  model: Model;
  layout: Layout;
  camera: Camera;
  selected: number;
  pointed: number;
  /** Nodes that a search found; null without one. */
  found: Uint8Array | null;
  critical: ReadonlySet<number>;
  children: ReadonlyMap<number, number[]>;
  cursor: number;
  /** All arrows, not only those of the selected node. */
  arrows: boolean;
}

const BAR = 14;
const GAP = (LANE - BAR) / 2;
const DIM = 0.22;
const MOST_ARROWS = 2_000;

const COLOURS: Readonly<Record<string, string>> = {
  COMPLETED: "completed",
  SCHEDULED: "scheduled",
  PENDING: "pending",
  PAUSED: "paused",
  RUNNING: "running",
  CANCELLING: "cancelled",
  CANCELLED: "cancelled",
  CRASHED: "crashed",
  FAILED: "failed",
};
const FILLS = TYPES.map((type) => `${COLOURS[type]}-fill`);

export function fillOf(kind: number): string {
  return FILLS[kind] ?? "pending-fill";
}

export function paint(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  colours: Colours,
  shown: Shown,
): void {
  const { layout, camera } = shown;
  context.font = `11px ${colours("font")}`;
  context.textBaseline = "middle";
  grid(context, width, height, colours, shown);
  context.save();
  context.beginPath();
  context.rect(0, AXIS, width, height - AXIS);
  context.clip();
  const first = Math.max(0, Math.floor(camera.top / LANE));
  const last = Math.min(layout.lanes.length - 1, Math.ceil((camera.top + height - AXIS) / LANE));
  for (let lane = first; lane <= last; lane++) drawLane(context, lane, width, colours, shown);
  links(context, width, colours, shown);
  context.restore();
  axis(context, width, height, colours, shown);
}

/** The middle of a lane in pixels. */
function middle(lane: number, camera: Camera): number {
  return AXIS + lane * LANE - camera.top + LANE / 2;
}

function drawLane(context: CanvasRenderingContext2D, lane: number, width: number, colours: Colours, shown: Shown): void {
  const { model, layout, camera, found } = shown;
  const info = layout.lanes[lane];
  const top = AXIS + lane * LANE - camera.top + GAP;
  if (info?.isHead || info?.depth) {
    context.fillStyle = colours("sunken");
    context.fillRect(0, top - GAP, width, LANE);
  }
  if (info?.depth) {
    context.fillStyle = colours("accent");
    context.fillRect((info.depth - 1) * 4, top - GAP, 2, LANE);
  }
  if (layout.view === "gantt") waiting(context, lane, top, colours, shown);
  let colour = -1;
  bars(layout, model.kind, lane, camera.left, camera.scale, width, (left, right, kind, node) => {
    const isDim = found !== null && (node < 0 || found[node] === 0);
    context.globalAlpha = isDim ? DIM : 1;
    if (kind !== colour) {
      colour = kind;
      context.fillStyle = colours(fillOf(kind));
    }
    const x0 = Math.max(-4, left);
    const size = Math.min(width + 4, right) - x0;
    if (node >= 0 && size >= 6 && layout.view !== "dag" && model.wire.attempts[model.wire.nodes.id[node] ?? ""]) {
      attempts(context, node, x0, size, top, colours, shown);
      colour = -1;
    } else if (size < 6) context.fillRect(x0, top, Math.max(1, size), BAR);
    else {
      context.beginPath();
      context.roundRect(x0, top, size, BAR, 3);
      context.fill();
    }
    if (node < 0) return;
    if (shown.critical.has(node)) {
      context.fillStyle = colours("text");
      context.fillRect(x0, top + BAR, size, 1.5);
      colour = -1;
    }
    if (size > 44 || (layout.offsets[lane + 1] ?? 0) - (layout.offsets[lane] ?? 0) === 1) {
      label(context, node, Math.max(0, x0), size, top + BAR / 2, width, colours, shown);
      colour = -1;
    }
    if (node === shown.selected || node === shown.pointed) {
      context.strokeStyle = colours(node === shown.selected ? "text" : "border-strong");
      context.lineWidth = 2;
      context.strokeRect(x0 - 1, top - 1, Math.max(3, size + 2), BAR + 2);
    }
  });
  context.globalAlpha = 1;
  if (info?.isHead) {
    const name = model.wire.groups[info.group] ?? "";
    context.fillStyle = colours("text-2");
    context.fillText(`${info.isFolded ? "▸" : "▾"} ${name}`, 8, top + BAR / 2);
  }
}

/** A bar in pieces, one for each time that the node ran; between them it waited to be run again. */
function attempts(
  context: CanvasRenderingContext2D,
  node: number,
  left: number,
  size: number,
  top: number,
  colours: Colours,
  { model, layout, camera }: Shown,
): void {
  const shift = (layout.from[node] ?? 0) - (model.from[node] ?? 0);
  context.fillStyle = colours("border-strong");
  context.fillRect(left, top + BAR / 2 - 1, size, 2);
  for (const [from, to, kind] of attemptsOf(model, node)) {
    const x0 = Math.max(left, (from + shift - camera.left) * camera.scale);
    const x1 = Math.min(left + size, (to + shift - camera.left) * camera.scale);
    if (x1 < left || x0 > left + size) continue;
    context.fillStyle = colours(fillOf(kind));
    context.beginPath();
    context.roundRect(x0, top, Math.max(2, x1 - x0 - 1), BAR, 3);
    context.fill();
  }
}

/** What a node waited for before it began, as a thin line before its bar. */
function waiting(context: CanvasRenderingContext2D, lane: number, top: number, colours: Colours, shown: Shown): void {
  const { model, layout, camera } = shown;
  if ((layout.offsets[lane + 1] ?? 0) - (layout.offsets[lane] ?? 0) !== 1) return;
  const node = layout.order[layout.offsets[lane] ?? 0] ?? 0;
  const expected = model.wire.nodes.expected[node];
  const start = model.wire.nodes.start[node];
  if (expected == null || start == null || start <= expected) return;
  const x0 = (expected - camera.left) * camera.scale;
  const x1 = (start - camera.left) * camera.scale;
  if (x1 - x0 < 2) return;
  context.strokeStyle = colours("border-strong");
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x0, top + BAR / 2);
  context.lineTo(x1, top + BAR / 2);
  context.stroke();
  context.setLineDash([]);
}

function label(
  context: CanvasRenderingContext2D,
  node: number,
  left: number,
  size: number,
  at: number,
  width: number,
  colours: Colours,
  shown: Shown,
): void {
  const { nodes } = shown.model.wire;
  const runs = nodes.runs[node] ?? 1;
  const id = nodes.id[node] ?? "";
  const mark = nodes.subflow[id] === undefined ? "" : "⊞ ";
  const text = `${mark}${nodes.name[node] ?? ""}${runs > 1 ? ` ×${runs}` : ""}`;
  const wide = text.length * 6.2 + 10;
  // a bar in pieces has its name beside it
  const isInPieces = shown.layout.view !== "dag" && id in shown.model.wire.attempts;
  const fits = wide < size && !isInPieces;
  const isAlone = !fits && left + size + wide < width;
  if (!fits && !isAlone && (size < 44 || isInPieces)) return;
  context.fillStyle = fits || !isAlone ? "#ffffff" : colours("text-2");
  if (fits) context.fillText(text, left + 6, at);
  else if (isAlone && shown.layout.lanes[0]?.group === -1) context.fillText(text, left + size + 6, at);
  else {
    context.fillStyle = "#ffffff";
    context.fillText(`${text.slice(0, Math.max(0, Math.floor((size - 16) / 6.4)))}…`, left + 6, at);
  }
}

function links(context: CanvasRenderingContext2D, width: number, colours: Colours, shown: Shown): void {
  const { model, layout, camera, selected, children } = shown;
  const draw = (parent: number, child: number): void => {
    const [one, other] = [layout.lane[parent] ?? -1, layout.lane[child] ?? -1];
    if (one < 0 || other < 0) return;
    const x0 = ((layout.to[parent] ?? 0) - camera.left) * camera.scale;
    const x1 = ((layout.from[child] ?? 0) - camera.left) * camera.scale;
    if (Math.max(x0, x1) < 0 || Math.min(x0, x1) > width) return;
    const [y0, y1] = [middle(one, camera), middle(other, camera)];
    const bend = Math.max(16, Math.abs(x1 - x0) / 2);
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
    context.stroke();
    context.beginPath();
    context.arc(x1, y1, 2.5, 0, Math.PI * 2);
    context.fill();
  };
  if (shown.arrows && model.count <= MOST_ARROWS) {
    context.strokeStyle = context.fillStyle = colours("border-strong");
    context.lineWidth = 1;
    for (const [parent, list] of children) for (const child of list) draw(parent, child);
  }
  if (selected < 0) return;
  context.strokeStyle = context.fillStyle = colours("accent");
  context.lineWidth = 1.5;
  for (const parent of parentsOf(model, selected)) draw(parent, selected);
  for (const child of children.get(selected) ?? []) draw(selected, child);
}

function grid(context: CanvasRenderingContext2D, width: number, height: number, colours: Colours, shown: Shown): void {
  const { camera, layout } = shown;
  if (layout.view === "dag") return;
  context.strokeStyle = colours("border");
  context.lineWidth = 1;
  for (const at of ticks(camera.left, camera.left + width / camera.scale, width / 110)) {
    const x = Math.round((at - camera.left) * camera.scale) + 0.5;
    context.beginPath();
    context.moveTo(x, AXIS);
    context.lineTo(x, height);
    context.stroke();
  }
}

function axis(context: CanvasRenderingContext2D, width: number, height: number, colours: Colours, shown: Shown): void {
  const { model, camera, layout, cursor } = shown;
  context.fillStyle = colours("panel");
  context.fillRect(0, 0, width, AXIS);
  const place = (at: number): number => (at - camera.left) * camera.scale;
  if (layout.view !== "dag") {
    context.fillStyle = colours("text-3");
    for (const at of ticks(camera.left, camera.left + width / camera.scale, width / 110)) {
      if (at >= 0) context.fillText(duration(at / 1000), place(at) + 3, 10);
    }
  }
  if (layout.view === "gantt") {
    const states = model.wire.run_states;
    states.forEach((state, index) => {
      const end = states[index + 1]?.at ?? model.now;
      context.fillStyle = colours(`${COLOURS[state.type] ?? "pending"}-fill`);
      context.fillRect(place(state.at), AXIS - 6, Math.max(4, place(end) - place(state.at)), 3);
    });
    context.fillStyle = colours("accent");
    for (const [at, count] of clustered(model.wire.artifacts.map((artifact) => place(artifact.at)), 10)) {
      context.beginPath();
      context.arc(at, AXIS - 10, count > 1 ? 4.5 : 3, 0, Math.PI * 2);
      context.fill();
    }
    if (model.wire.end === null) {
      context.strokeStyle = colours("accent");
      context.beginPath();
      context.moveTo(place(model.now), 0);
      context.lineTo(place(model.now), height);
      context.stroke();
    }
  }
  if (cursor >= 0 && layout.view !== "dag") {
    context.strokeStyle = colours("border-strong");
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(cursor + 0.5, 16);
    context.lineTo(cursor + 0.5, height);
    context.stroke();
    const text = duration(Math.max(0, camera.left + cursor / camera.scale) / 1000);
    const wide = context.measureText(text).width + 8;
    const left = Math.min(cursor, width - wide);
    context.fillStyle = colours("text");
    context.fillRect(left, 2, wide, 15);
    context.fillStyle = colours("panel");
    context.fillText(text, left + 4, 10);
  }
  context.strokeStyle = colours("border");
  context.beginPath();
  context.moveTo(0, AXIS - 0.5);
  context.lineTo(width, AXIS - 0.5);
  context.stroke();
}

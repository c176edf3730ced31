/** Moves of the view over a timeline: pure, so that they can be tested. */

import type { Layout } from "./layout";

/** Heights in pixels of the axis and of a lane. */
export const AXIS = 30;
export const LANE = 20;

export interface Camera {
  /** What is at the left edge, in the units of the layout. */
  left: number;
  /** Pixels a unit. */
  scale: number;
  /** Pixels of lanes above the upper edge. */
  top: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Everything from left to right. */
export function fitted(layout: Layout, { width }: Size): Camera {
  const span = layout.max - layout.min;
  const room = Math.max(50, width - 16);
  return { left: layout.min - (8 / room) * span, scale: room / span, top: 0 };
}

/** The same view, moved back to where there is something. */
export function bounded(camera: Camera, layout: Layout, { width, height }: Size): Camera {
  const least = (width / (layout.max - layout.min)) * 0.5;
  const scale = Math.min(Math.max(camera.scale, least), layout.view === "dag" ? 400 : 2_000);
  const seen = width / scale;
  const left = Math.min(Math.max(camera.left, layout.min - seen / 2), layout.max - seen / 2);
  const high = layout.lanes.length * LANE - (height - AXIS);
  return { scale, left, top: Math.min(Math.max(0, camera.top), Math.max(0, high + LANE)) };
}

/** Nearer or farther by a factor; what is under `at` stays there. */
export function zoomed(camera: Camera, factor: number, at: number): Camera {
  const scale = camera.scale * factor;
  return { ...camera, scale, left: camera.left + at / camera.scale - at / scale };
}

export function moved(camera: Camera, x: number, y: number): Camera {
  return { ...camera, left: camera.left + x / camera.scale, top: camera.top + y };
}

/** With a node in the middle, near enough to be seen. */
export function centred(camera: Camera, layout: Layout, node: number, { width, height }: Size): Camera {
  const [from, to] = [layout.from[node] ?? 0, layout.to[node] ?? 0];
  const scale = Math.max(camera.scale, Math.min(60 / Math.max(to - from, 1e-6), camera.scale * 1e4));
  const lane = layout.lane[node] ?? 0;
  return { scale, left: (from + to) / 2 - width / 2 / scale, top: lane * LANE - (height - AXIS) / 2 };
}

/** The node at a place of the picture, -1 where there is none. */
export function nodeAt(layout: Layout, camera: Camera, x: number, y: number): number {
  if (y < AXIS) return -1;
  const lane = Math.floor((y - AXIS + camera.top) / LANE);
  const info = layout.lanes[lane];
  if (!info || info.isHead) return -1;
  const at = camera.left + x / camera.scale;
  const slack = 3 / camera.scale;
  let best = -1;
  let least = slack;
  for (let index = layout.offsets[lane] ?? 0; index < (layout.offsets[lane + 1] ?? 0); index++) {
    const node = layout.order[index] ?? 0;
    const [from, to] = [layout.from[node] ?? 0, layout.to[node] ?? 0];
    if (from > at + slack) break;
    const far = at < from ? from - at : at > to ? at - to : 0;
    if (far <= least) [best, least] = [node, far];
  }
  return best;
}

import { expect, it } from "vitest";

import { AXIS, bounded, centred, fitted, LANE, moved, nodeAt, zoomed } from "./camera";
import { type Layout } from "./layout";

const LAYOUT: Layout = {
  view: "gantt",
  lanes: [
    { group: -1, isHead: false, isFolded: false },
    { group: -1, isHead: false, isFolded: false },
  ],
  from: Float64Array.from([0, 500]),
  to: Float64Array.from([100, 1000]),
  lane: Int32Array.from([0, 1]),
  order: Int32Array.from([0, 1]),
  offsets: Int32Array.from([0, 1, 2]),
  min: 0,
  max: 1000,
};
const SIZE = { width: 1016, height: 300 };

it("shows all at first", () => {
  expect(fitted(LAYOUT, SIZE)).toEqual({ left: -8, scale: 1, top: 0 });
});

it("keeps what is under the pointer when it zooms", () => {
  const before = fitted(LAYOUT, SIZE);
  const after = zoomed(before, 3, 400);
  expect(after.left + 400 / after.scale).toBeCloseTo(before.left + 400 / before.scale);
});

it("does not lose the content out of sight", () => {
  const away = bounded(moved(fitted(LAYOUT, SIZE), 1e6, 1e6), LAYOUT, SIZE);
  expect(away.left).toBeLessThanOrEqual(1000);
  expect(away.top).toBe(0);
});

it("finds the node under the pointer", () => {
  const camera = fitted(LAYOUT, SIZE);
  expect(nodeAt(LAYOUT, camera, 58, AXIS + 5)).toBe(0);
  expect(nodeAt(LAYOUT, camera, 58, AXIS + LANE + 5)).toBe(-1);
  expect(nodeAt(LAYOUT, camera, 700, AXIS + LANE + 5)).toBe(1);
  expect(nodeAt(LAYOUT, camera, 700, 5)).toBe(-1);
});

it("brings a node into the middle", () => {
  const camera = centred(fitted(LAYOUT, SIZE), LAYOUT, 1, SIZE);
  expect((750 - camera.left) * camera.scale).toBeCloseTo(SIZE.width / 2);
});

/** Where runs are on the chart: time from left to right, duration upwards in powers of ten. */

export interface Frame {
  since: number;
  until: number;
  width: number;
  height: number;
}

/** Room for the names of the lines. */
export const GUTTER = 34;
const LEAST = 0.1;
const DECADES = 6; // up to 100,000 seconds
/** Bounds in seconds of the magnitudes that the server counts in. */
export const MAGNITUDES: readonly number[] = [LEAST, 1, 10, 60, 600, 3_600, LEAST * 10 ** DECADES];
export const LINES: readonly [number, string][] = [
  [1, "1 s"],
  [10, "10 s"],
  [60, "1 m"],
  [600, "10 m"],
  [3_600, "1 h"],
];

export function x(at: number, { since, until, width }: Frame): number {
  return GUTTER + ((at - since) / Math.max(1, until - since)) * (width - GUTTER);
}

export function y(seconds: number, { height }: Frame): number {
  const part = Math.log10(Math.max(seconds, LEAST) / LEAST) / DECADES;
  return height - 8 - Math.min(1, part) * (height - 16);
}

export function time(at: number, { since, until, width }: Frame): number {
  return since + ((at - GUTTER) / (width - GUTTER)) * (until - since);
}

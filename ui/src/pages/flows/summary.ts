/** How runs fared: how many came out well, and how long they took. */

import type { Point } from "../../api/types";

const ENDED: readonly (string | null)[] = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"];

export interface Summary {
  ended: number;
  /** Between 0 and 1. */
  success: number;
  median: number | null;
  high: number | null;
}

export function quantile(sorted: readonly number[], part: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
}

export function summary(runs: readonly Pick<Point, "state_type" | "duration">[]): Summary {
  const ended = runs.filter((run) => ENDED.includes(run.state_type));
  const good = ended.filter((run) => run.state_type === "COMPLETED");
  const took = good.map((run) => run.duration).sort((one, other) => one - other);
  return {
    ended: ended.length,
    success: ended.length > 0 ? good.length / ended.length : 0,
    median: quantile(took, 0.5),
    high: quantile(took, 0.95),
  };
}

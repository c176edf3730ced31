/** Runs of deployments in a range of time, as lanes. */

import type { Named } from "../../api/types";
import type { StateType } from "../../parts/StateBadge";

export interface PlannedRun extends Named {
  state_type: StateType | null;
  state_name: string | null;
  at: string;
  duration: number;
  flow: Named | null;
  deployment: Named | null;
}

export interface Lane {
  id: string;
  name: string;
  runs: PlannedRun[];
  /** How many runs began while another one of the same deployment was under way. */
  overlaps: number;
}

export function lanes(runs: readonly PlannedRun[]): Lane[] {
  const found = new Map<string, Lane>();
  for (const run of runs) {
    if (!run.deployment) continue;
    let lane = found.get(run.deployment.id);
    if (!lane) {
      lane = { id: run.deployment.id, name: `${run.flow?.name ?? ""} › ${run.deployment.name}`, runs: [], overlaps: 0 };
      found.set(run.deployment.id, lane);
    }
    lane.runs.push(run);
  }
  for (const lane of found.values()) {
    let busy = -Infinity;
    for (const run of lane.runs) {
      const at = Date.parse(run.at);
      if (at < busy) lane.overlaps += 1;
      busy = Math.max(busy, at + run.duration * 1000);
    }
  }
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name));
}

/** The beginnings of the days in a range, in the reader's own time. */
export function days(since: number, until: number): number[] {
  const first = new Date(since);
  first.setHours(0, 0, 0, 0);
  const found: number[] = [];
  for (let day = first; day.getTime() < until; day = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1)) {
    if (day.getTime() >= since) found.push(day.getTime());
  }
  return found;
}

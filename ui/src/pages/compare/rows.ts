/** What is compared: parameters by name, tasks by key. */

import type { FlowRunView } from "../../api/types";

export interface TaskTimes {
  task_key: string;
  name: string;
  runs: Record<string, { count: number; total: number; longest: number; failed: number }>;
}

export interface Compared {
  runs: FlowRunView[];
  tasks: TaskTimes[];
}

export interface Difference {
  name: string;
  /** The value of each run as text, null where it has none. */
  values: (string | null)[];
  isSame: boolean;
}

/** Parameters of all runs, those that differ first. */
export function differences(all: readonly Record<string, unknown>[]): Difference[] {
  const names = [...new Set(all.flatMap((each) => Object.keys(each)))].sort();
  const found = names.map((name) => {
    const values = all.map((each) => (name in each ? JSON.stringify(each[name]) : null));
    return { name, values, isSame: values.every((value) => value === values[0]) };
  });
  return [...found.filter((each) => !each.isSame), ...found.filter((each) => each.isSame)];
}

/** Tasks by how much their times differ, the most first. */
export function byDifference(tasks: readonly TaskTimes[], ids: readonly string[]): TaskTimes[] {
  const spread = (task: TaskTimes): number => {
    const totals = ids.map((id) => task.runs[id]?.total ?? 0);
    return Math.max(...totals) - Math.min(...totals);
  };
  return [...tasks].sort((one, other) => spread(other) - spread(one));
}

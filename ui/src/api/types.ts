/** The rows that lists show; `src/prefect/_service/views` makes them. */

import type { StateType } from "../parts/StateBadge";

export interface Named {
  id: string;
  name: string;
}

/** A run with its state and times; durations are in seconds. */
export interface Point extends Named {
  state_type: StateType | null;
  state_name: string | null;
  at: string | null;
  start_time: string | null;
  end_time: string | null;
  expected_start_time: string | null;
  duration: number;
}

export interface FlowRunRow extends Point {
  flow: Named | null;
  deployment: Named | null;
  work_pool: string | null;
  work_queue: string | null;
  tags: string[];
  /** JSON text, cut. */
  parameters: string;
  run_count: number;
  created_by: { type: string; display_value: string | null } | null;
  is_subflow: boolean;
  lateness: number;
  task_counts: Partial<Record<StateType, number>>;
  errors: number;
  warnings: number;
}

export interface TaskRunRow extends Point {
  flow_run: Named | null;
  flow: Named | null;
  task_key: string;
  tags: string[];
  run_count: number;
}

export interface Counted {
  value: number;
  is_exact: boolean;
}

/** A page of a long list; `next` is the cursor of the page after it. */
export interface Page<T> {
  rows: T[];
  next: string | null;
  /** Only on the first page. */
  count: Counted | null;
}

export interface State {
  id: string;
  type: StateType;
  name: string;
  timestamp: string;
  message: string | null;
}

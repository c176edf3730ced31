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

/** A flow run as the API answers it; what pages do not show is left out. */
export interface FlowRun {
  id: string;
  name: string;
  flow_id: string;
  deployment_id: string | null;
  deployment_version: string | null;
  flow_version: string | null;
  work_queue_name: string | null;
  parameters: Record<string, unknown>;
  job_variables: Record<string, unknown> | null;
  context: Record<string, unknown>;
  labels: Record<string, unknown>;
  tags: string[];
  idempotency_key: string | null;
  infrastructure_pid: string | null;
  empirical_policy: { retries: number | null; retry_delay: number | null };
  created: string;
  updated: string;
  run_count: number;
  expected_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  estimated_run_time: number;
  parent_task_run_id: string | null;
  created_by: { type: string; display_value: string | null } | null;
  auto_scheduled: boolean;
  state_type: StateType | null;
  state_name: string | null;
  state: (State & { data?: unknown; state_details: { run_input_keyset?: Record<string, string> | null } }) | null;
}

export interface FlowRunView {
  run: FlowRun;
  flow: Named | null;
  deployment: Named | null;
  work_pool: string | null;
  parent: (Named & { task_run_id: string }) | null;
  states: State[];
  task_counts: Partial<Record<StateType, number>>;
  subflows: number;
  artifacts: number;
  failure: {
    message: string | null;
    task: (Named & { message: string | null }) | null;
    log: { id: string; message: string } | null;
  } | null;
}

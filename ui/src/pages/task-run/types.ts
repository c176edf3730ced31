/** A task run as its page reads it. */

import type { Named, State } from "../../api/types";
import type { StateType } from "../../parts/StateBadge";

export interface TaskRun {
  id: string;
  name: string;
  task_key: string;
  dynamic_key: string;
  task_version: string | null;
  cache_key: string | null;
  cache_expiration: string | null;
  empirical_policy: { retries: number | null; retry_delay: unknown; retry_jitter_factor: number | null };
  task_inputs: Record<string, unknown>;
  tags: string[];
  created: string;
  updated: string;
  run_count: number;
  expected_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  estimated_run_time: number;
  estimated_start_time_delta: number;
  state_type: StateType | null;
  state_name: string | null;
  state: (State & { data?: unknown }) | null;
}

export interface Neighbour extends Named {
  state_type: StateType | null;
  state_name: string | null;
}

export interface TaskRunView {
  run: TaskRun;
  flow_run: Named | null;
  flow: Named | null;
  states: State[];
  upstream: Neighbour[];
  downstream: Neighbour[];
}

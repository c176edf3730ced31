/** What the dashboard reads. */

import type { Named } from "../../api/types";
import type { StateColumn } from "../../parts/StateColumns";
import type { StateType } from "../../parts/StateBadge";

export type Counts = Partial<Record<StateType, number>>;

export interface Group extends Named {
  counts: Counts;
  last: string | null;
}

export interface Pool extends Named {
  type: string;
  status: string | null;
  is_paused: boolean;
  concurrency_limit: number | null;
  polled: string | null;
  runs: Partial<Record<StateType | "LATE", number>>;
}

export interface Board {
  since: string;
  until: string;
  flow_runs: { counts: Counts; columns: StateColumn[] };
  task_runs: { counts: Counts; columns: StateColumn[] };
  flows: Group[];
  deployments: Group[];
  late: (Named & { flow: Named | null; deployment: Named | null; due: string })[];
  work_pools: Pool[];
  paused_schedules: number;
}

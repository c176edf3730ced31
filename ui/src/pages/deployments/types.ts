/** Deployments as the API tells them. */

import type { Named, Point } from "../../api/types";
import type { JsonObject, Schema } from "../../parts/schema/model";

export interface Interval {
  interval: number;
  anchor_date?: string;
  timezone?: string | null;
}
export interface Cron {
  cron: string;
  timezone?: string | null;
  day_or?: boolean;
}
export interface Rule {
  rrule: string;
  timezone?: string | null;
}
export type Schedule = Interval | Cron | Rule;

export interface Planned {
  id: string;
  schedule: Schedule;
  active: boolean;
  slug: string | null;
  parameters: JsonObject;
  max_scheduled_runs: number | null;
}

export interface Deployment {
  id: string;
  created: string;
  updated: string;
  name: string;
  version: string | null;
  description: string | null;
  flow_id: string;
  paused: boolean;
  schedules: Planned[];
  global_concurrency_limit: { id: string; name: string; limit: number; active_slots: number } | null;
  concurrency_limit: number | null;
  concurrency_options: { collision_strategy: "ENQUEUE" | "CANCEL_NEW"; grace_period_seconds?: number | null } | null;
  job_variables: JsonObject;
  parameters: JsonObject;
  tags: string[];
  work_queue_name: string | null;
  work_pool_name: string | null;
  parameter_openapi_schema: Schema | null;
  path: string | null;
  pull_steps: JsonObject[] | null;
  entrypoint: string | null;
  status: "READY" | "NOT_READY" | null;
  last_polled: string | null;
  enforce_parameter_schema: boolean;
  created_by: { type: string; display_value: string | null } | null;
  labels: JsonObject;
}

export interface DeploymentRow extends Named {
  flow: Named;
  created: string;
  paused: boolean;
  status: string | null;
  polled: string | null;
  tags: string[];
  work_pool: { name: string; queue: string } | null;
  schedules: Pick<Planned, "id" | "slug" | "schedule" | "active">[];
  runs: Point[];
  next: { id: string; name: string; at: string } | null;
}

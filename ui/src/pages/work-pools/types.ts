/** Work pools, queues and workers as the API tells them. */

import type { JsonObject, Schema } from "../../parts/schema/model";

export interface Template {
  job_configuration: JsonObject;
  variables: Schema;
}

export interface Pool {
  id: string;
  name: string;
  created: string;
  updated: string;
  description: string | null;
  type: string;
  base_job_template: Partial<Template>;
  is_paused: boolean;
  concurrency_limit: number | null;
  active_slots: number | null;
  status: "READY" | "NOT_READY" | "PAUSED" | null;
  default_queue_id: string | null;
}

export interface Queue {
  id: string;
  name: string;
  created: string;
  updated: string;
  description: string | null;
  is_paused: boolean;
  concurrency_limit: number | null;
  active_slots: number | null;
  priority: number;
  last_polled: string | null;
  work_pool_name: string | null;
  status: "READY" | "NOT_READY" | "PAUSED" | null;
}

export interface Worker {
  id: string;
  name: string;
  last_heartbeat_time: string | null;
  heartbeat_interval_seconds: number | null;
  status: "ONLINE" | "OFFLINE";
}

export interface Infrastructure {
  type: string;
  display_name: string;
  description: string;
  install_command: string;
  is_beta: boolean;
  default_base_job_configuration: Template;
}

export function poolPath(name: string): string {
  return `/work-pools/work-pool/${encodeURIComponent(name)}`;
}

export function queuePath(pool: string, queue: string): string {
  return `${poolPath(pool)}/queue/${encodeURIComponent(queue)}`;
}

export function apiPath(name: string): string {
  return `/work_pools/${encodeURIComponent(name)}`;
}

/** Why a run of a pool has not begun, in a sentence. */

import type { FlowRunRow } from "../../api/types";
import type { Pool } from "./types";

type Waiting = Pick<FlowRunRow, "state_type" | "state_name" | "expected_start_time">;
type Place = Pick<Pool, "is_paused" | "concurrency_limit" | "active_slots" | "status">;

export function whyNot(run: Waiting, pool: Place, queue: Place | undefined, now: number = Date.now()): string {
  if (run.state_type === "PENDING") return "A worker has taken it and starts it";
  if (run.state_name === "AwaitingConcurrencySlot") return "Its deployment runs as often as it may";
  if (pool.is_paused) return "The pool is paused";
  if (queue?.is_paused) return "The queue is paused";
  if (isFull(pool)) return `All ${pool.concurrency_limit} slots of the pool are taken`;
  if (queue && isFull(queue)) return `All ${queue.concurrency_limit} slots of the queue are taken`;
  const due = run.expected_start_time ? Date.parse(run.expected_start_time) : now;
  if (due > now) return "Its time";
  if (pool.status === "NOT_READY") return "No worker is there";
  return "A worker takes it when it asks next";
}

function isFull({ concurrency_limit, active_slots }: Place): boolean {
  return concurrency_limit !== null && (active_slots ?? 0) >= concurrency_limit;
}

import { describe, expect, it } from "vitest";

import { whyNot } from "./why";

const POOL = { is_paused: false, concurrency_limit: null, active_slots: 0, status: "READY" as const };
const RUN = { state_type: "SCHEDULED" as const, state_name: "Scheduled", expected_start_time: "2026-01-01T00:00:00Z" };
const NOW = Date.parse("2026-01-02T00:00:00Z");

describe("why a run waits", () => {
  it.each([
    [{ ...POOL, is_paused: true }, undefined, RUN, "The pool is paused"],
    [POOL, { ...POOL, is_paused: true }, RUN, "The queue is paused"],
    [{ ...POOL, concurrency_limit: 2, active_slots: 2 }, undefined, RUN, "All 2 slots of the pool are taken"],
    [POOL, { ...POOL, concurrency_limit: 1, active_slots: 1 }, RUN, "All 1 slots of the queue are taken"],
    [POOL, POOL, { ...RUN, expected_start_time: "2026-01-03T00:00:00Z" }, "Its time"],
    [{ ...POOL, status: "NOT_READY" as const }, POOL, RUN, "No worker is there"],
    [POOL, POOL, { ...RUN, state_type: "PENDING" as const }, "A worker has taken it and starts it"],
    [POOL, POOL, RUN, "A worker takes it when it asks next"],
  ])("%#", (pool, queue, run, words) => {
    expect(whyNot(run, pool, queue, NOW)).toBe(words);
  });
});

import { expect, it } from "vitest";

import { days, lanes, type PlannedRun } from "./spans";

function run(at: string, duration: number, deployment = "d"): PlannedRun {
  return {
    id: at,
    name: at,
    state_type: "SCHEDULED",
    state_name: "Scheduled",
    at,
    duration,
    flow: { id: "f", name: "flow" },
    deployment: { id: deployment, name: deployment },
  };
}

it("counts runs that begin while another one is under way", () => {
  const [one, other] = lanes([
    run("2026-01-01T00:00:00Z", 90),
    run("2026-01-01T00:01:00Z", 10),
    run("2026-01-01T00:02:00Z", 10),
    run("2026-01-01T00:02:00Z", 10, "e"),
  ]);
  expect([one?.overlaps, one?.runs.length, other?.overlaps]).toEqual([1, 3, 0]);
});

it("knows where days begin", () => {
  const since = new Date(2026, 0, 1, 12).getTime();
  expect(days(since, since + 2 * 86_400_000)).toHaveLength(2);
});

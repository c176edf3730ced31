import { describe, expect, it } from "vitest";

import { bodyOf, pairsOf, secondsOf, spanOf, stepped } from "./filter";

function parameters(text: string) {
  const query = new URLSearchParams(text);
  const get = (name: string): string => query.get(name) ?? "";
  return { get, list: (name: string) => get(name).split(",").filter(Boolean) };
}

describe("the filter of runs", () => {
  it("asks for nothing when the address says nothing", () => {
    expect(bodyOf(parameters(""), 0)).toEqual({});
  });

  it("knows types of states by their capitals", () => {
    expect(bodyOf(parameters("state=FAILED,Late"), 0)).toEqual({
      flow_runs: { state: { operator: "or_", type: { any_: ["FAILED"] }, name: { any_: ["Late"] } } },
    });
  });

  it("takes tags as all, any and none", () => {
    expect(bodyOf(parameters("tags=a&tags-any=b,c&tags-none=d"), 0)).toEqual({
      flow_runs: { tags: { all_: ["a"], any_: ["b", "c"] } },
      without_tags: ["d"],
    });
  });

  it("keeps a relative range for a minute", () => {
    const one = spanOf(parameters("range=1h"), 7_200_000);
    expect(one).toEqual(spanOf(parameters("range=1h"), 7_259_999));
    expect(one.since).toBe("1970-01-01T01:00:00.000Z");
    expect(spanOf(parameters("range=1h&start=2026-01-01T00:00:00Z"), 0).since).toBe("2026-01-01T00:00:00Z");
  });

  it("reads lengths of time and parameters", () => {
    expect(["90", "1.5m", "2 h", "1d", "", "soon", "-1"].map(secondsOf)).toEqual([90, 90, 7200, 86400, null, null, null]);
    expect(pairsOf('rows=100, day=monday, on=true, name="7", broken, =x')).toEqual({ rows: 100, day: "monday", on: true, name: "7" });
    expect(bodyOf(parameters("parameter=a%3D1&longer-than=5m&queues=x,y&created-by=ada"), 0)).toEqual({
      parameters: { a: 1 },
      longer_than: 300,
      queues: ["x", "y"],
      created_by: "ada",
    });
  });

  it("steps by its own length", () => {
    const span = { since: "2026-01-02T00:00:00.000Z", until: "2026-01-03T00:00:00.000Z" };
    expect(stepped(span, -1, 0)).toEqual({ start: "2026-01-01T00:00:00.000Z", end: span.since });
    const now = Date.parse("2026-01-02T01:00:00Z");
    expect(stepped({ ...span, until: null }, 1, now)?.end).toBe("2026-01-02T02:00:00.000Z");
    expect(stepped({ since: null, until: null }, 1, 0)).toBeNull();
  });
});

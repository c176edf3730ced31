import { describe, expect, it } from "vitest";

import { asCli, asPython, python, quoted } from "./snippets";
import { inUnits, intervalWords, numbersIn, plainWords, readRule, writeRule } from "./words";

describe("schedules in words", () => {
  it("says intervals in the largest unit that fits", () => {
    expect([1, 60, 90, 7200, 604800].map(intervalWords)).toEqual(["Every second", "Every minute", "Every 90 seconds", "Every 2 hours", "Every week"]);
    expect(inUnits(7200)).toEqual([2, "hour", 3600]);
    expect(plainWords({ cron: "0 * * * *" })).toBe("0 * * * *");
  });
  it.each([
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;BYHOUR=9,17;BYMINUTE=0;BYSECOND=0;COUNT=5",
    "DTSTART:20260101T000000Z\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20270101T000000Z",
  ])("reads and writes %s", (rule) => {
    expect(writeRule(readRule(rule))).toBe(rule);
  });
  it("takes the numbers of a text that are in bounds", () => {
    expect(numbersIn("9, 17 99 x", 0, 23)).toEqual([9, 17]);
  });
});

describe("snippets", () => {
  const wanted = { deployment: "1", full: "my flow/d", parameters: { a: "it's", b: null }, at: null, tags: ["t"], name: "n", variables: {} };
  it("are quoted for shells", () => {
    expect(quoted("plain/name")).toBe("plain/name");
    expect(quoted("it's")).toBe(`'it'"'"'s'`);
    expect(asCli(wanted)).toContain("prefect deployment run \\\n  'my flow/d'");
  });
  it("are Python for Python", () => {
    expect(python({ a: [true, null, 1.5], b: "x" })).toBe('{"a": [True, None, 1.5], "b": "x"}');
    expect(asPython(wanted)).toContain('parameters={"a": "it\'s", "b": None}');
  });
});

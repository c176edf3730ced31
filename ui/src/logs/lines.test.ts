import { describe, expect, it } from "vitest";

import { askedOf, cursorOf, marker } from "./asked";
import { clean, folded, heightOf, marked, pretty, type Line } from "./lines";
import { ruleBetween, rulesOf } from "./rules";
import { written } from "./formats";

const TRACE = `It failed
Traceback (most recent call last):
  File "/x/site-packages/lib/a.py", line 1, in a
    b()
  File "/srv/mine.py", line 2, in b
    raise ValueError("no")
ValueError: no`;

describe("lines of log", () => {
  it("folds tracebacks and knows whose the frames are", () => {
    const found = folded(TRACE);
    expect(found?.before).toBe("It failed");
    expect(found?.after).toBe("ValueError: no");
    expect(found?.frames.map((frame) => frame.isLibrary)).toEqual([true, false]);
    expect(folded("plain")).toBeNull();
  });

  it("marks what was searched for, whatever the case", () => {
    expect(marked("Read the READme", marker("read", false))).toEqual(["", "Read", " the ", "READ", "me"]);
    expect(marked("x", marker("", false))).toEqual(["x"]);
  });

  it("counts the rows that a message takes", () => {
    expect(heightOf("a".repeat(25), 10)).toBe(3);
    expect(heightOf("a\n\nb", 80)).toBe(3);
  });

  it("marks patterns, and nothing where the pattern is none", () => {
    expect(marked("a1 b22", marker("\\d+", true))).toEqual(["a", "1", " b", "22", ""]);
    expect(marked("1+1", marker("1+1", false))).toEqual(["", "1+1", ""]);
    expect(marker("(", true)).toBeNull();
    expect(marked("ab", marker("x*", true))).toEqual(["ab"]);
  });

  it("shows JSON in lines, and only JSON", () => {
    expect(pretty('{"a": [1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect([pretty("{}"), pretty("[not json]"), pretty("plain"), pretty("{a}")]).toEqual([null, null, null, null]);
  });

  it("divides the log where a run began again", () => {
    const states = ["PENDING", "RUNNING", "SCHEDULED", "RUNNING", "PAUSED", "RUNNING"] as const;
    const rules = rulesOf(states.map((type, second) => ({ type, timestamp: new Date(second * 1000).toISOString() })));
    expect(rules).toEqual([
      { at: 3000, text: "Attempt 2" },
      { at: 5000, text: "Resumed" },
    ]);
    expect(ruleBetween(rules, 1000, 2000)).toBeNull();
    expect(ruleBetween(rules, 2999, 3000)?.text).toBe("Attempt 2");
    expect(ruleBetween(rules, null, 9000)?.text).toBe("Resumed");
  });

  it("asks for what the address says", () => {
    const ask = (query: string) => {
      const parameters = new URLSearchParams(query);
      return askedOf({ get: (name) => parameters.get(name) ?? "" }, { flowRun: "f" });
    };
    expect(ask("level=%3D30&log-task=t").wanted).toMatchObject({ level_from: 30, level_to: 39, task_run_id: "t" });
    expect(ask("log-search=x&log-context=5").wanted).toMatchObject({ text: "x", pattern: null, context: 5 });
    expect(ask("log-context=5").wanted.context).toBe(0);
    const all = ask("log-search=x.y&log-regex=true&log-context=all");
    expect([all.wanted.pattern, all.hits?.pattern, all.hits?.text]).toEqual([null, "x.y", null]);
  });

  it("knows the place of a line to the microsecond", () => {
    expect(cursorOf({ at: "2026-01-01T00:00:00.000007Z", id: "a" })).toBe('[1767225600000007,"a"]');
    expect(cursorOf({ at: "2026-01-01T00:00:00Z", id: "a" })).toBe('[1767225600000000,"a"]');
  });

  it("writes files", () => {
    const line: Line = { id: "i", at: "T", level: 40, name: "n", message: 'a "b",\nc', task: null, hit: true, gap: false };
    expect(written(line, "txt")).toBe('T ERROR n: a "b",\nc\n');
    expect(written(line, "csv")).toBe('T,ERROR,n,,"a ""b"",\nc"\r\n');
    expect(JSON.parse(written(line, "jsonl"))).toMatchObject({ timestamp: "T", level: 40, message: 'a "b",\nc' });
  });
});

describe("what cannot be seen", () => {
  it.each([
    ["bell \x07 back \x08 return \rover", "bell ␇ back ␈ return ␍over"],
    ["lines\r\nend\tas they do\n", "lines\nend\tas they do\n"],
    ["\x1b[31mred\x1b[0m stays", "\x1b[31mred\x1b[0m stays"],
    ["\x1b[2Jcleared \x1b[1;1Hmoved \x1b]0;title\x07named", "cleared moved named"],
    ["\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x1b\\", "link"],
    ["lone \x1b, half", "lone ␛, half"],
    ["turned \u202e and \u200b", "turned <202E> and <200B>"],
  ])("%j is shown as %j", (message: string, shown: string) => expect(clean(message)).toBe(shown));
});

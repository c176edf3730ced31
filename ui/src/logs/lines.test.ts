import { describe, expect, it } from "vitest";

import { folded, heightOf, marked } from "./lines";

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
    expect(marked("Read the READme", "read")).toEqual(["", "Read", " the ", "READ", "me"]);
    expect(marked("x", "")).toEqual(["x"]);
  });

  it("counts the rows that a message takes", () => {
    expect(heightOf("a".repeat(25), 10)).toBe(3);
    expect(heightOf("a\n\nb", 80)).toBe(3);
  });
});

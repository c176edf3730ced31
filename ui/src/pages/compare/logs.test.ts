import { describe, expect, it } from "vitest";

import type { Line } from "../../logs/lines";
import { parts, plain, shortened } from "./logs";

function line(message: string): Line {
  return { id: message, at: "", level: 20, name: "", message, task: null, hit: true, gap: false };
}

describe("logs of two runs", () => {
  it("are alike whatever ids, times, names and numbers stand in them", () => {
    const one = "Run 'wise-owl' 0f0e0d0c-0b0a-0908-0706-050403020100 at 2026-01-01T10:00:00Z took 3.5 s";
    const other = "Run 'odd-fox' 1f0e0d0c-0b0a-0908-0706-050403020100 at 2026-01-02 11:00:00.5 took 12 s";
    expect(plain(line(one), ["wise-owl"], false)).toBe(plain(line(other), ["odd-fox"], false));
    expect(plain(line(one), ["wise-owl"], true)).not.toBe(plain(line(other), ["odd-fox"], true));
    expect(plain(line("x"), [], false)).not.toBe(plain({ ...line("x"), level: 40 }, [], false));
  });

  it("are put together by what only one has", () => {
    const found = parts(["a", "b", "c"].map(line), ["a", "x", "y", "c"].map(line), [
      { added: false, removed: false, count: 1 },
      { added: false, removed: true, count: 1 },
      { added: true, removed: false, count: 2 },
      { added: false, removed: false, count: 1 },
    ]);
    expect(found.map(({ kind, lines }) => [kind, lines.map(({ message }) => message).join("")])).toEqual([
      ["both", "a"],
      ["first", "b"],
      ["second", "xy"],
      ["both", "c"],
    ]);
  });

  it("are cut where both have the same for long", () => {
    const lines = (count: number) => Array.from({ length: count }, (_, at) => line(`l${at}`));
    const all = [
      { kind: "both" as const, lines: lines(10) },
      { kind: "first" as const, lines: lines(1) },
      { kind: "both" as const, lines: lines(20) },
      { kind: "second" as const, lines: lines(1) },
      { kind: "both" as const, lines: lines(4) },
    ];
    const told = shortened(all, 3).map((part) => [part.kind, part.kind === "cut" ? part.count : part.lines.length]);
    expect(told).toEqual([
      ["cut", 7],
      ["both", 3],
      ["first", 1],
      ["both", 3],
      ["cut", 14],
      ["both", 3],
      ["second", 1],
      ["both", 4],
    ]);
  });
});

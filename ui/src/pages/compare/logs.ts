/** The logs of two runs side by side: what is the same is told once, whatever its times, ids and numbers are. */

import type { Line } from "../../logs/lines";

export interface Part {
  /** What both have, or only the first, or only the second. */
  kind: "both" | "first" | "second";
  lines: readonly Line[];
}

/** So many lines that both have, which are not shown. */
export interface Cut {
  kind: "cut";
  count: number;
}

/** Lines that are alike differ in nothing but these. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/\x1b\[[\d;]*m/g, ""],
  [/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi, "…"],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, "…"],
  [/0x[0-9a-f]+/gi, "…"],
];
const NUMBERS = /\d+(?:\.\d+)?/g;

/** What is compared of a line; runs have random names, which `names` takes out of their lines. */
export function plain(line: Pick<Line, "message" | "level">, names: readonly string[], numbersCount: boolean): string {
  let text = line.message;
  for (const [pattern, instead] of PLAIN) text = text.replace(pattern, instead);
  for (const name of names) if (name) text = text.replaceAll(name, "…");
  if (!numbersCount) text = text.replace(NUMBERS, "…");
  return `${line.level} ${text}`;
}

export type Change = { added: boolean; removed: boolean; count: number };

/** Lines of both logs by what a comparison of their texts found. */
export function parts(first: readonly Line[], second: readonly Line[], changes: readonly Change[]): Part[] {
  const found: Part[] = [];
  let [one, other] = [0, 0];
  for (const { added, removed, count } of changes) {
    if (added) found.push({ kind: "second", lines: second.slice(other, (other += count)) });
    else if (removed) found.push({ kind: "first", lines: first.slice(one, (one += count)) });
    else {
      found.push({ kind: "both", lines: second.slice(other, other + count) });
      one += count;
      other += count;
    }
  }
  return found;
}

/** The parts with long stretches of what both have cut to the lines next to a difference. */
export function shortened(all: readonly Part[], around: number): (Part | Cut)[] {
  return all.flatMap((part, at): (Part | Cut)[] => {
    if (part.kind !== "both") return [part];
    const head = at === 0 ? 0 : around;
    const tail = at === all.length - 1 ? 0 : around;
    const count = part.lines.length - head - tail;
    if (count < 2) return [part];
    const cut: (Part | Cut)[] = [
      { kind: "both", lines: part.lines.slice(0, head) },
      { kind: "cut", count },
      { kind: "both", lines: tail > 0 ? part.lines.slice(-tail) : [] },
    ];
    return cut.filter((each) => each.kind === "cut" || each.lines.length > 0);
  });
}

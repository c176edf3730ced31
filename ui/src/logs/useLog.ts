/** The lines of a run's log that have been read so far: older ones before, newer ones behind, as they are wanted. */

import { useEffect, useRef, useState } from "preact/hooks";

import { api } from "../api/client";
import type { Counted } from "../api/types";
import type { Wanted } from "./asked";
import type { Line } from "./lines";

interface Page {
  rows: Line[];
  first: string | null;
  last: string | null;
  has_more: boolean;
  count: Counted | null;
}

interface Kept {
  key: string;
  lines: readonly Line[];
  first: string | null;
  last: string | null;
  hasOlder: boolean;
  hasNewer: boolean;
  count: Counted | null;
}

export interface Log {
  kept: Kept | null;
  error: Error | null;
  older: () => Promise<number>;
  newer: () => Promise<number>;
  /** Read anew from the beginning or the end, or around a line. */
  open: (where: "start" | "end" | { around: string }) => Promise<void>;
}

/** Two parts of a log as one; lines around hits may stand in both. */
export function together(one: readonly Line[], other: readonly Line[]): Line[] {
  const hits = new Set(other.filter(({ hit }) => hit).map(({ id }) => id));
  const known = new Set(one.map(({ id }) => id));
  const first = one.map((line) => (line.hit || !hits.has(line.id) ? line : { ...line, hit: true }));
  const rest = other.filter(({ id }) => !known.has(id));
  const [head, ...others] = rest;
  // what stood at the beginning of its page follows another line now, and lines may be left out between
  if (head && one.length > 0 && !head.hit && rest.length === other.length) return [...first, { ...head, gap: true }, ...others];
  return [...first, ...rest];
}

const START = '[0,""]';

export function useLog(wanted: Wanted, around: string | null): Log {
  const key = JSON.stringify(wanted);
  const [kept, keep] = useState<Kept | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const latest = useRef<Kept | null>(null);
  const busy = useRef<Promise<unknown> | null>(null);
  const current = useRef(key);
  current.current = key;
  const set = (next: Kept): void => {
    latest.current = next;
    keep(next);
  };
  const read = async (more: Record<string, unknown>): Promise<Page | null> => {
    try {
      let page = await api<Page>("POST", "/ui/logs", { body: { ...wanted, ...more } });
      fail(null);
      const [{ last, count }, isUp] = [page, "after" in more];
      // one answer looks at so many lines only: where it found none among them the next one goes on
      while (page.rows.length === 0 && page.has_more && !("around" in more) && current.current === key) {
        const place = isUp ? { after: page.last } : { before: page.first };
        page = await api<Page>("POST", "/ui/logs", { body: { ...wanted, ...place } });
      }
      if (!isUp && !("before" in more)) page = { ...page, last: last ?? page.last, count };
      return current.current === key ? page : null;
    } catch (thrown) {
      fail(thrown as Error);
      return null;
    }
  };
  /** One request at a time, so that no line is read twice. */
  const alone = async <T>(doing: () => Promise<T>, none: T): Promise<T> => {
    if (busy.current) return none;
    const going = doing();
    busy.current = going;
    try {
      return await going;
    } finally {
      busy.current = null;
    }
  };
  const open: Log["open"] = async (where) => {
    await busy.current;
    await alone(async () => {
      const more = where === "end" ? {} : where === "start" ? { after: START } : { around: where.around };
      const page = await read(more);
      if (!page) return;
      const isWhole = where === "end";
      set({
        key,
        lines: page.rows,
        first: page.first,
        last: page.last,
        hasOlder: where !== "start" && page.has_more,
        hasNewer: !isWhole && (where === "start" ? page.has_more : true),
        count: page.count ?? latest.current?.count ?? null,
      });
    }, undefined);
  };
  const older = (): Promise<number> =>
    alone(async () => {
      const before = latest.current;
      if (!before?.hasOlder) return 0;
      const page = await read({ before: before.first });
      if (!page) return 0;
      const next = { lines: together(page.rows, before.lines), first: page.first, hasOlder: page.has_more };
      set({ ...before, ...next });
      return page.rows.length;
    }, 0);
  const newer = async (): Promise<number> => {
    await busy.current; // what has come since that began may not be in its answer
    return alone(async () => {
      const before = latest.current;
      if (!before) return 0;
      const page = await read({ after: before.last ?? START });
      if (!page) return 0;
      const count = before.count?.is_exact && !before.hasNewer ? before.count.value + page.rows.filter(({ hit }) => hit).length : null;
      set({
        ...before,
        lines: together(before.lines, page.rows),
        last: page.last ?? before.last,
        hasNewer: page.has_more,
        count: count === null ? before.count : { value: count, is_exact: true },
      });
      return page.rows.length;
    }, 0);
  };
  useEffect(() => void open(around ? { around } : "end"), [key, around]);
  return { kept: kept?.key === key ? kept : null, error, older, newer, open };
}

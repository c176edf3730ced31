/** A long list that is read page by page, and kept true while it is shown. */

import { useEffect, useRef, useState } from "preact/hooks";

import { api } from "../api/client";
import type { Counted, Page } from "../api/types";

export interface List<T> {
  rows: readonly T[];
  count: Counted | null;
  isReading: boolean;
  error: Error | null;
  /** Whether there are more rows behind the last one. */
  hasMore: boolean;
  more: () => void;
  /** Read the first page anew, keeping the rows until it is there. */
  again: () => void;
  /** Change rows in place, as when the stream tells what is new. */
  patch: (change: (row: T) => T) => void;
}

interface Kept<T> {
  key: string;
  rows: readonly T[];
  next: string | null;
  count: Counted | null;
}

export function useList<T extends { id: string }>(path: string, body: Record<string, unknown>): List<T> {
  const key = path + JSON.stringify(body);
  const [kept, keep] = useState<Kept<T> | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const [isReading, setReading] = useState(true);
  const current = useRef(key);
  current.current = key;
  // of several that read the first page the one that began last is right
  const begun = useRef(0);

  const read = async (after: string | null): Promise<void> => {
    setReading(true);
    const number = after === null ? ++begun.current : begun.current;
    const isRight = (): boolean => current.current === key && begun.current === number;
    try {
      const page = await api<Page<T>>("POST", path, { body: { ...body, after } });
      if (!isRight()) return;
      fail(null);
      keep((before) => {
        if (after === null || before === null) return { key, rows: page.rows, next: page.next, count: page.count };
        const known = new Set(before.rows.map((row) => row.id));
        const rows = [...before.rows, ...page.rows.filter((row) => !known.has(row.id))];
        return { ...before, rows, next: page.next };
      });
    } catch (thrown) {
      if (isRight()) fail(thrown as Error);
    } finally {
      if (isRight()) setReading(false);
    }
  };
  useEffect(() => void read(null), [key]);

  return {
    rows: kept?.rows ?? [],
    count: kept?.count ?? null,
    isReading,
    error,
    hasMore: kept?.next != null,
    more: () => void (kept?.next && !isReading && read(kept.next)),
    again: () => void read(null),
    patch: (change) => keep((before) => before && { ...before, rows: before.rows.map(change) }),
  };
}

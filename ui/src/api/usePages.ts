/** Lists that the API tells in pages by number: as many of them as were asked for, shown as one. */

import { useState } from "preact/hooks";
import type { QueryObserverResult } from "@tanstack/query-core";

import { api } from "./client";
import { useQuery } from "./queries";

export const PAGE = 200;

export interface Pages<T> {
  /** All that was read, for `Answer`. */
  asked: QueryObserverResult<T[], Error>;
  /** Reads the next page; left out where there is none. */
  more: (() => void) | undefined;
}

/** The rows of `count` pages; reading ends at the first page that is not full. */
export async function inPages<T>(count: number, read: (offset: number) => Promise<T[]>): Promise<T[]> {
  const rows: T[] = [];
  for (let page = 0; page < count; page++) {
    const found = await read(page * PAGE);
    rows.push(...found);
    if (found.length < PAGE) break;
  }
  return rows;
}

export function usePages<T>(path: string, body: Record<string, unknown>): Pages<T> {
  const key = path + JSON.stringify(body);
  const [wanted, want] = useState({ key, count: 1 });
  const count = wanted.key === key ? wanted.count : 1;
  const asked = useQuery<T[]>({
    key: ["POST", path, body, count],
    read: (signal) => inPages(count, (offset) => api<T[]>("POST", path, { body: { ...body, limit: PAGE, offset }, signal })),
    keep: true,
  });
  const read = asked.data?.length ?? 0;
  const isFull = read > 0 && read % PAGE === 0;
  // asked for again while the page is on its way it is still the same page
  return { asked, more: isFull ? () => want({ key, count: read / PAGE + 1 }) : undefined };
}

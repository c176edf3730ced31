/** Hits of a search among lines that are all shown: how many there are, and the way to the next one. */

import { useEffect, useState } from "preact/hooks";

import { api } from "../api/client";
import { usePost } from "../api/queries";
import type { Counted } from "../api/types";
import { cursorOf, type Wanted } from "./asked";
import type { Line } from "./lines";

interface Page {
  rows: Line[];
  first: string | null;
  last: string | null;
  has_more: boolean;
  count: Counted | null;
}

export interface Hits {
  count: Counted | null;
  error: Error | null;
  /** Whether there was none in the direction that was looked into last. */
  isAtEnd: boolean;
  /** The id of the next hit after a line, or of the one before it; from the other end without a line. */
  find: (from: Line | null, isForward: boolean) => Promise<string | null>;
}

export function useHits(wanted: Wanted | null): Hits {
  const key = JSON.stringify(wanted);
  const [isAtEnd, end] = useState(false);
  useEffect(() => end(false), [key]);
  const asked = usePost<Page>(wanted ? "/ui/logs" : null, { ...wanted, limit: 1 });
  const find: Hits["find"] = async (from, isForward) => {
    let at: string | null = from ? cursorOf(from) : isForward ? '[0,""]' : null;
    for (;;) {
      const place = at === null ? {} : isForward ? { after: at } : { before: at };
      const page: Page = await api("POST", "/ui/logs", { body: { ...wanted, limit: 1, ...place } });
      const [line] = page.rows;
      if (line || !page.has_more) {
        end(!line);
        return line?.id ?? null;
      }
      at = isForward ? page.last : page.first;
    }
  };
  return { count: wanted ? (asked.data?.count ?? null) : null, error: wanted ? asked.error : null, isAtEnd, find };
}

/** Lines of log as a file: all that a filter finds, read from the server page by page. */

import { api } from "../api/client";
import { saveAs } from "../parts/file";
import type { Wanted } from "./asked";
import { HEAD, written, type Format } from "./formats";
import type { Line } from "./lines";

const TYPES: Readonly<Record<Format, string>> = { txt: "text/plain", csv: "text/csv", jsonl: "application/jsonl" };
const AT_ONCE = 1_000;
/** Hands the reader the file; `tell` hears how many lines have been read. Ends quietly when `signal` is aborted. */
export async function save(
  wanted: Wanted,
  format: Format,
  name: string,
  tell: (count: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const parts: string[] = [HEAD[format]];
  let after: string | null = '[0,""]';
  let count = 0;
  while (after !== null) {
    const page: { rows: Line[]; last: string | null; has_more: boolean } = await api("POST", "/ui/logs", {
      body: { ...wanted, context: 0, limit: AT_ONCE, after },
      signal,
    });
    parts.push(page.rows.map((line) => written(line, format)).join(""));
    count += page.rows.length;
    tell(count);
    after = page.has_more ? page.last : null;
  }
  saveAs(`${name}.${format}`, parts, TYPES[format]);
  return count;
}

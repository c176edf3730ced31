/** Many things done in parts that the server takes at once. */

const AT_ONCE = 50;

export function inParts<T>(all: readonly T[], size = AT_ONCE): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += size) parts.push(all.slice(at, at + size));
  return parts;
}

/** Do one part after the other; how many came out well. */
export async function runAll<T>(
  parts: readonly T[][],
  each: (part: T[]) => Promise<number>,
  progress: (done: number) => void,
): Promise<number> {
  let count = 0;
  let seen = 0;
  for (const part of parts) {
    count += await each(part);
    seen += part.length;
    progress(seen);
  }
  return count;
}

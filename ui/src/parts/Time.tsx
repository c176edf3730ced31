/** A moment, told relative to now; in full when pointed at. */

import { useEffect, useState } from "preact/hooks";

import { absolute, instant, relative } from "./time";

const EVERY = 5_000;
const drawn = new Set<() => void>();
setInterval(() => {
  if (!document.hidden) drawn.forEach((draw) => draw());
}, EVERY);

export function Time({ at, none = "–" }: { at: string | null | undefined; none?: string }) {
  const [, draw] = useState(0);
  useEffect(() => {
    const again = (): void => draw((count) => count + 1);
    drawn.add(again);
    return () => void drawn.delete(again);
  }, []);
  const date = instant(at);
  if (date === null) return <span class="muted">{none}</span>;
  return (
    <time dateTime={date.toISOString()} title={absolute(date)} class="nowrap">
      {relative(date)}
    </time>
  );
}

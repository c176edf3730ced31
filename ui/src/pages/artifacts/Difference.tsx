/** Two texts and what changed between them, line by line; the library comes when it is asked for. */

import type { Change } from "diff";
import { useEffect, useState } from "preact/hooks";

import { Loading } from "../../parts/Loading";

export function Difference({ before, after }: { before: string; after: string }) {
  const [changes, set] = useState<Change[] | null>(null);
  useEffect(() => {
    let isShown = true;
    void import("diff").then(({ diffLines }) => isShown && set(diffLines(before, after)));
    return () => void (isShown = false);
  }, [before, after]);
  if (changes === null) return <Loading />;
  if (before === after) return <p class="empty">Nothing: both are the same.</p>;
  return (
    <pre class="snippet" tabIndex={0} style="border: 0; white-space: pre-wrap">
      {changes.map((each, at) => {
        const mark = each.added ? "+ " : each.removed ? "- " : "  ";
        const look = each.added ? "completed" : each.removed ? "failed" : null;
        const text = each.value.replace(/\n$/, "").split("\n").map((line) => mark + line).join("\n");
        return (
          <span key={at} style={look ? `color: var(--${look}); background: var(--${look}-soft)` : ""}>
            {text}
            {"\n"}
          </span>
        );
      })}
    </pre>
  );
}

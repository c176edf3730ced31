/** What went wrong in a run, and where it is to be seen. */

import { CircleX } from "lucide-preact";
import { Link, useSearchParams } from "wouter-preact";

import type { FlowRunView } from "../../api/types";

export function Failure({ failure }: { failure: NonNullable<FlowRunView["failure"]> }) {
  const [, change] = useSearchParams();
  const jump = (id: string): void => {
    change((before) => {
      const next = new URLSearchParams(before);
      next.set("tab", "Logs");
      next.set("line", id);
      return next;
    });
  };
  return (
    <section class="notice failed" aria-label="What went wrong">
      <CircleX size={16} aria-hidden />
      <div class="stack" style="gap: var(--gap-2); flex: 1">
        <p class="said">{failure.message ?? "The run failed without a message."}</p>
        {failure.task && (
          <p>
            First failed task: <Link href={`/runs/task-run/${failure.task.id}`}>{failure.task.name}</Link>
            {failure.task.message && <> – {failure.task.message}</>}
          </p>
        )}
        {failure.log && (
          <details>
            <summary>What the log says</summary>
            <pre class="snippet" tabIndex={0}>
              {failure.log.message}
            </pre>
            <button class="button small" type="button" onClick={() => failure.log && jump(failure.log.id)}>
              Jump to this line
            </button>
          </details>
        )}
      </div>
    </section>
  );
}

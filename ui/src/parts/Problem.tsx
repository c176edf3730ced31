/** What failed, and what can be done about it. */

import { TriangleAlert } from "lucide-preact";

export function Problem({ error, again }: { error: Error; again?: () => void }) {
  return (
    <div class="problem" role="alert">
      <TriangleAlert size={16} aria-hidden />
      <div class="stack" style="gap: var(--gap-2)">
        <span>{error.message || "Something went wrong here."}</span>
        {again && (
          <span>
            <button class="button small" type="button" onClick={again}>
              Try again
            </button>
          </span>
        )}
      </div>
    </div>
  );
}

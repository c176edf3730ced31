/** Why a run is not running: what it waits for, in plain sentences. */

import { Hourglass } from "lucide-preact";

import { useGet } from "../../api/queries";
import { Time } from "../../parts/Time";

interface Told {
  summary: string;
  reasons: { code: string; text: string; since: string | null; until: string | null }[];
}

const EVERY = 10_000;

export function Why({ id, at }: { id: string; at: string }) {
  const asked = useGet<Told>(`/flow_runs/${id}/why?at=${at}`, { every: EVERY, keep: true });
  if (!asked.data) return null;
  const [first, ...others] = asked.data.reasons;
  if (!first) return null;
  return (
    <section class="notice waits" aria-label="Why is it not running?">
      <Hourglass size={16} aria-hidden />
      <div class="stack" style="gap: var(--gap-1)">
        <h2>Why is it not running?</h2>
        <p>
          {first.text} {first.since && <span class="muted">Since <Time at={first.since} />.</span>}
        </p>
        {others.length > 0 && (
          <ul>
            {others.map((reason) => (
              <li key={reason.code}>{reason.text}</li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Work pools: whether somebody works for them, and what they hold. */

import { Link } from "wouter-preact";

import { Empty } from "../../parts/Empty";
import { Time } from "../../parts/Time";
import type { Pool } from "./types";

const LOOKS: Readonly<Record<string, string>> = { READY: "good", NOT_READY: "bad" };

export function Pools({ pools }: { pools: readonly Pool[] }) {
  return (
    <section class="panel" aria-label="Work pools">
      <header>
        <h2>Work pools</h2>
      </header>
      <div class="inside">
        {pools.length === 0 && (
          <Empty title="No work pools" snippet="prefect work-pool create --type process laptop">
            A pool holds runs for the workers that fetch them:
          </Empty>
        )}
        <ul class="stack" style="gap: var(--gap-3); min-width: 0">
          {pools.map((pool) => (
            <li key={pool.id}>
              <div class="row apart" style="flex-wrap: wrap">
                <span class="row" style="min-width: 0">
                  <span
                    class={`dot ${pool.is_paused ? "" : (LOOKS[pool.status ?? ""] ?? "")}`}
                    role="img"
                    aria-label={pool.is_paused ? "Paused" : pool.status === "READY" ? "Ready" : "Not ready"}
                  />
                  <Link class="name-of cut" href={`/work-pools/work-pool/${encodeURIComponent(pool.name)}`}>
                    {pool.name}
                  </Link>
                  <span class="tag">{pool.type}</span>
                </span>
                <span class="muted nowrap">
                  {pool.is_paused ? "paused" : <Time at={pool.polled} none="never polled" />}
                </span>
              </div>
              <p class="muted">
                {[
                  `${pool.runs.RUNNING ?? 0} running`,
                  `${pool.runs.PENDING ?? 0} pending`,
                  `${(pool.runs.SCHEDULED ?? 0) + (pool.runs.LATE ?? 0)} scheduled`,
                  pool.runs.LATE ? `${pool.runs.LATE} late` : "",
                  pool.concurrency_limit === null ? "" : `at most ${pool.concurrency_limit} at once`,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

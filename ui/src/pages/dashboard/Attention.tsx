/** What somebody should look at: what fails, what is late, what is switched off. */

import { CircleCheck } from "lucide-preact";
import { Link } from "wouter-preact";

import { number } from "../../parts/counted";
import { Time } from "../../parts/Time";
import type { Board } from "./types";

const MOST = 6;

export function Attention({ board }: { board: Board }) {
  const failing = board.deployments
    .map((row) => ({ ...row, bad: (row.counts.FAILED ?? 0) + (row.counts.CRASHED ?? 0) }))
    .filter((row) => row.bad > 0);
  const pools = board.work_pools.filter((pool) => pool.status !== "READY" && !pool.is_paused);
  const isQuiet = failing.length + board.late.length + pools.length + board.paused_schedules === 0;
  return (
    <section class="panel" aria-label="Needs attention">
      <header>
        <h2>Needs attention</h2>
      </header>
      <div class="inside stack">
        {isQuiet && (
          <p class="row muted">
            <CircleCheck size={15} aria-hidden /> Nothing fails, nothing is late.
          </p>
        )}
        {failing.length > 0 && (
          <div>
            <h3>Deployments that fail</h3>
            <ul>
              {failing.slice(0, MOST).map((row) => (
                <li key={row.id} class="row apart attention-row">
                  <Link class="cut" href={`/deployments/deployment/${row.id}`}>
                    {row.name}
                  </Link>
                  <Link class="nowrap" style="color: var(--failed)" href={`/runs?deployments=${row.id}&state=FAILED,CRASHED`}>
                    {number(row.bad)} failed
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )}
        {board.late.length > 0 && (
          <div>
            <h3>Late runs</h3>
            <ul>
              {board.late.slice(0, MOST).map((run) => (
                <li key={run.id} class="row apart attention-row">
                  <Link class="cut" href={`/runs/flow-run/${run.id}`}>
                    {run.flow && `${run.flow.name} › `}
                    {run.name}
                  </Link>
                  <span class="muted nowrap">
                    due <Time at={run.due} />
                  </span>
                </li>
              ))}
            </ul>
            {board.late.length > MOST && <Link href="/runs?state=Late">All late runs</Link>}
          </div>
        )}
        {pools.length > 0 && (
          <div>
            <h3>Pools that nobody works for</h3>
            <ul>
              {pools.slice(0, MOST).map((pool) => (
                <li key={pool.id} class="row apart attention-row">
                  <Link class="cut" href={`/work-pools/work-pool/${encodeURIComponent(pool.name)}`}>
                    {pool.name}
                  </Link>
                  <span class="muted nowrap">
                    <Time at={pool.polled} none="never polled" />
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {board.paused_schedules > 0 && (
          <p>
            <Link href="/deployments">{number(board.paused_schedules)} schedules are paused</Link>
          </p>
        )}
      </div>
    </section>
  );
}

/** The task runs that this one waited for, and those that waited for it. */

import { Link } from "wouter-preact";

import { StateBadge } from "../../parts/StateBadge";
import type { Neighbour, TaskRunView } from "./types";

function List({ title, runs }: { title: string; runs: readonly Neighbour[] }) {
  return (
    <section class="panel">
      <header>
        <h2>{title}</h2>
      </header>
      <ul class="inside stack" style="gap: var(--gap-2)">
        {runs.length === 0 && <li class="muted">none</li>}
        {runs.map((run) => (
          <li key={run.id} class="row">
            <StateBadge type={run.state_type} name={run.state_name} />
            <Link class="name-of" href={`/runs/task-run/${run.id}`}>
              {run.name}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Neighbours({ view }: { view: TaskRunView }) {
  return (
    <div class="cards">
      <List title="Upstream: it needs" runs={view.upstream} />
      <List title="Downstream: it is needed by" runs={view.downstream} />
    </div>
  );
}

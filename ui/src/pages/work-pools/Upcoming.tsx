/** What workers would get next from a pool, and why a run would wait. */

import { Link } from "wouter-preact";

import type { FlowRunRow, Page } from "../../api/types";
import { usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { StateBadge } from "../../parts/StateBadge";
import { Time } from "../../parts/Time";
import { apiPath, type Pool, type Queue } from "./types";
import { whyNot } from "./why";

export function Upcoming({ pool, queue }: { pool: Pool; queue?: string }) {
  const queues = usePost<Queue[]>(`${apiPath(pool.name)}/queues/filter`, {});
  const found = usePost<Page<FlowRunRow>>("/ui/runs", {
    work_pools: { name: { any_: [pool.name] } },
    ...(queue ? { work_pool_queues: { name: { any_: [queue] } } } : {}),
    flow_runs: { state: { type: { any_: ["SCHEDULED", "PENDING"] } } },
    sort: "START_ASC",
    limit: 50,
  });
  return (
    <Answer of={found}>
      {({ rows }) =>
        rows.length === 0 ? (
          <Empty title="Nothing waits">No run is planned for this place.</Empty>
        ) : (
          <div class="scroll-x">
            <table class="table">
              <thead>
                <tr>
                  <th>Run</th>
                  <th>State</th>
                  <th>Due</th>
                  <th>Queue</th>
                  <th>What it waits for</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <td>
                      <Link class="name-of" href={`/runs/flow-run/${row.id}`}>
                        {row.name}
                      </Link>
                    </td>
                    <td>
                      <StateBadge type={row.state_type} name={row.state_name} />
                    </td>
                    <td>
                      <Time at={row.expected_start_time} />
                    </td>
                    <td>{row.work_queue}</td>
                    <td>{whyNot(row, pool, queues.data?.find((each) => each.name === row.work_queue))}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Answer>
  );
}

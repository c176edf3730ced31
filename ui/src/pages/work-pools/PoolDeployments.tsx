/** The deployments that run in a pool. */

import { Link } from "wouter-preact";

import { usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { RunStrip } from "../../parts/RunStrip";
import { Time } from "../../parts/Time";
import { Status } from "../deployments/Status";
import type { DeploymentRow } from "../deployments/types";

export function PoolDeployments({ pool, queue }: { pool: string; queue?: string }) {
  const found = usePost<{ rows: DeploymentRow[] }>("/ui/deployments", { work_pool: pool, limit: 200 });
  return (
    <Answer of={found}>
      {({ rows }) => {
        const shown = rows.filter((row) => queue === undefined || row.work_pool?.queue === queue);
        if (shown.length === 0) return <Empty title="No deployments">Nothing is deployed to this place yet.</Empty>;
        return (
          <div class="scroll-x">
            <table class="table">
              <thead>
                <tr>
                  <th>Deployment</th>
                  <th>Status</th>
                  <th>Last runs</th>
                  <th>Next</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <tr key={row.id}>
                    <td>
                      <Link class="name-of" href={`/flows/flow/${row.flow.id}`}>
                        {row.flow.name}
                      </Link>
                      <Link class="name-of" href={`/deployments/deployment/${row.id}`}>
                        {row.name}
                      </Link>
                    </td>
                    <td>
                      <Status of={row} />
                    </td>
                    <td>
                      <RunStrip runs={row.runs} label={`Last runs of ${row.name}`} />
                    </td>
                    <td>
                      <Time at={row.next?.at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        );
      }}
    </Answer>
  );
}

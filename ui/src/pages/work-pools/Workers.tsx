/** Who works for a pool, and who did. */

import { usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { Menu } from "../../parts/Menu";
import { Time } from "../../parts/Time";
import { removeWorker } from "./doing";
import { PoolStatus } from "./PoolStatus";
import { apiPath, type Pool, type Worker } from "./types";

export function Workers({ pool }: { pool: Pool }) {
  const found = usePost<Worker[]>(`${apiPath(pool.name)}/workers/filter`, {});
  return (
    <Answer of={found}>
      {(workers) =>
        workers.length === 0 ? (
          <Empty title="No worker has asked for runs yet" snippet={`prefect worker start --pool ${JSON.stringify(pool.name)}`}>
            Start one on the machine that runs should go to:
          </Empty>
        ) : (
          <div class="scroll-x">
            <table class="table">
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Status</th>
                  <th>Last seen</th>
                  <th>Sign of life every</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {workers.map((worker) => (
                  <tr key={worker.id}>
                    <td>{worker.name}</td>
                    <td>
                      <PoolStatus status={worker.status} />
                    </td>
                    <td>
                      <Time at={worker.last_heartbeat_time} />
                    </td>
                    <td>{worker.heartbeat_interval_seconds ?? "–"} s</td>
                    <td>
                      <Menu label={`More for ${worker.name}`} items={[{ name: "Remove …", isDanger: true, do: () => void removeWorker(pool.name, worker) }]} />
                    </td>
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

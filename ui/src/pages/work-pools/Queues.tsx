/** The queues of a pool in the order in which they are served; dragging changes the order. */

import { Plus } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { api } from "../../api/client";
import { usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Menu } from "../../parts/Menu";
import { Switch } from "../../parts/Switch";
import { Time } from "../../parts/Time";
import { act } from "../../shell/Toasts";
import { again, changeQueue, removeQueue } from "./doing";
import { PoolStatus } from "./PoolStatus";
import { apiPath, poolPath, queuePath, type Pool, type Queue } from "./types";

export function Queues({ pool }: { pool: Pool }) {
  const found = usePost<Queue[]>(`${apiPath(pool.name)}/queues/filter`, {});
  const [dragged, drag] = useState<Queue | null>(null);
  const move = async (queue: Queue, to: number): Promise<void> => {
    const path = `${apiPath(pool.name)}/queues/${encodeURIComponent(queue.name)}`;
    await act(() => api("PATCH", path, { body: { priority: to } }), `${queue.name} has priority ${to}.`);
    again();
  };
  return (
    <div class="stack">
      <span>
        <Link class="button small" href={`${poolPath(pool.name)}/queue/create`}>
          <Plus size={13} aria-hidden /> Add a queue
        </Link>
      </span>
      <Answer of={found}>
        {(queues) => (
          <div class="scroll-x">
            <table class="table">
              <thead>
                <tr>
                  <th>Priority</th>
                  <th>Name</th>
                  <th>Status</th>
                  <th>Slots taken</th>
                  <th>Last polled</th>
                  <th>Active</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {[...queues]
                  .sort((a, b) => a.priority - b.priority)
                  .map((queue, index, all) => (
                    <tr
                      key={queue.id}
                      draggable
                      onDragStart={() => drag(queue)}
                      onDragOver={(event) => event.preventDefault()}
                      onDrop={() => {
                        if (dragged && dragged.id !== queue.id) void move(dragged, queue.priority);
                        drag(null);
                      }}
                    >
                      <td style="cursor: grab">{queue.priority}</td>
                      <td>
                        <Link class="name-of" href={queuePath(pool.name, queue.name)}>
                          {queue.name}
                        </Link>
                      </td>
                      <td>
                        <PoolStatus status={queue.status} />
                      </td>
                      <td>
                        {queue.active_slots ?? 0} of {queue.concurrency_limit ?? "any number"}
                      </td>
                      <td>
                        <Time at={queue.last_polled} none="never" />
                      </td>
                      <td>
                        <Switch
                          label={`${queue.name} is active`}
                          isOn={!queue.is_paused}
                          change={(isOn) => void changeQueue(pool.name, queue, { is_paused: !isOn }, `${queue.name} is ${isOn ? "active" : "paused"}.`)}
                        />
                      </td>
                      <td>
                        <Menu
                          label={`More for ${queue.name}`}
                          items={[
                            index > 0 && { name: "Serve earlier", do: () => void move(queue, all[index - 1]?.priority ?? 1) },
                            index < all.length - 1 && { name: "Serve later", do: () => void move(queue, all[index + 1]?.priority ?? 1) },
                            { name: "Edit", href: `${queuePath(pool.name, queue.name)}/edit` },
                            queue.id !== pool.default_queue_id && { name: "Delete …", isDanger: true, do: () => void removeQueue(pool.name, queue) },
                          ]}
                        />
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
    </div>
  );
}

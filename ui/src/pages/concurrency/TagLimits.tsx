/** Limits of tags: how many task runs with a tag may run at the same time. */

import { useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { api } from "../../api/client";
import { changed } from "../../api/queries";
import { usePages } from "../../api/usePages";
import { Answer } from "../../parts/Answer";
import { ask } from "../../parts/ask";
import { Dialog } from "../../parts/Dialog";
import { Empty } from "../../parts/Empty";
import { TextField } from "../../parts/Field";
import { Menu } from "../../parts/Menu";
import { More } from "../../parts/More";
import { Time } from "../../parts/Time";
import { act } from "../../shell/Toasts";
import type { TagLimit } from "./types";

export function TagLimits() {
  const { asked: found, more } = usePages<TagLimit>("/concurrency_limits/filter", {});
  const [isNew, create] = useState(false);
  const path = (limit: TagLimit): string => `/concurrency_limits/tag/${encodeURIComponent(limit.tag)}`;
  const reset = async (limit: TagLimit): Promise<void> => {
    const isWanted = await ask({ title: `Free all slots of ${limit.tag}?`, text: "Task runs that hold one go on; others may begin beside them.", yes: "Free slots" });
    if (isWanted) await act(() => api("POST", `${path(limit)}/reset`, { body: {} }), "All slots are free.");
    changed("/concurrency_limits");
  };
  const remove = async (limit: TagLimit): Promise<void> => {
    const isWanted = await ask({ title: `Delete the limit of ${limit.tag}?`, text: "Task runs with this tag run without a limit then.", yes: "Delete limit" });
    if (isWanted) await act(() => api("DELETE", path(limit)), "The limit is deleted.");
    changed("/concurrency_limits");
  };
  return (
    <div class="stack">
      <span>
        <button class="button primary" type="button" onClick={() => create(true)}>
          Add limit
        </button>
      </span>
      <section class="panel">
        <Answer of={found}>
          {(limits) =>
            limits.length === 0 ? (
              <Empty title="No limits of tags yet" snippet="prefect concurrency-limit create database 10">
                Such a limit says how many task runs with a tag may run at the same time.
              </Empty>
            ) : (
              <div class="scroll-x">
                <table class="table">
                  <thead>
                    <tr>
                      <th>Tag</th>
                      <th>Slots taken</th>
                      <th>Held by</th>
                      <th>Changed</th>
                      <th />
                    </tr>
                  </thead>
                  <tbody>
                    {limits.map((limit) => (
                      <tr key={limit.id}>
                        <td>
                          <span class="tag">{limit.tag}</span>
                        </td>
                        <td>
                          {limit.active_slots.length} of {limit.concurrency_limit}
                        </td>
                        <td>
                          {limit.active_slots.slice(0, 5).map((id) => (
                            <Link key={id} href={`/runs/task-run/${id}`}>
                              <code>{id.slice(0, 8)} </code>
                            </Link>
                          ))}
                        </td>
                        <td>
                          <Time at={limit.updated} />
                        </td>
                        <td>
                          <Menu
                            label={`More for ${limit.tag}`}
                            items={[
                              { name: "Free all slots …", do: () => void reset(limit) },
                              { name: "Delete …", isDanger: true, do: () => void remove(limit) },
                            ]}
                          />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Answer>
        <More more={more} />
      </section>
      {isNew && <NewLimit close={() => create(false)} />}
    </div>
  );
}

function NewLimit({ close }: { close: () => void }) {
  const [tag, setTag] = useState("");
  const [limit, setLimit] = useState("1");
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { tag: tag.trim(), concurrency_limit: Number(limit) };
    if (await act(() => api("POST", "/concurrency_limits/", { body }), `The limit of ${body.tag} is saved.`)) close();
    changed("/concurrency_limits");
  };
  return (
    <Dialog title="Add a limit of a tag" close={close}>
      <form class="stack" onSubmit={(event) => void save(event)}>
        <TextField label="Tag" value={tag} change={setTag} isFirst />
        <TextField label="Task runs at a time" type="number" value={limit} change={setLimit} />
        <div class="actions">
          <button class="button primary" type="submit" disabled={tag.trim() === "" || !/^\d+$/.test(limit)}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

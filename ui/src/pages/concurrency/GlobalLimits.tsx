/** The global limits: how many slots each has, and how many are taken. */

import { useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { api } from "../../api/client";
import { changed } from "../../api/queries";
import { usePages } from "../../api/usePages";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { ask } from "../../parts/ask";
import { copyText } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Menu } from "../../parts/Menu";
import { More } from "../../parts/More";
import { Switch } from "../../parts/Switch";
import { Time } from "../../parts/Time";
import { act } from "../../shell/Toasts";
import { LimitDialog } from "./LimitDialog";
import { systemKind, type GlobalLimit } from "./types";

const SNIPPET = `from prefect.concurrency.sync import concurrency

with concurrency("database", occupy=1):
    ...`;

export async function removeLimit(limit: GlobalLimit): Promise<boolean> {
  const isWanted = await ask({
    title: `Delete ${limit.name}?`,
    text: "Whoever waits for it goes on without a limit.",
    yes: "Delete limit",
  });
  if (!isWanted) return false;
  const isDone = await act(() => api("DELETE", `/v2/concurrency_limits/${limit.id}`), `${limit.name} is deleted.`);
  changed("/v2/concurrency_limits");
  return isDone;
}

export async function switchLimit(limit: GlobalLimit, active: boolean): Promise<void> {
  await act(
    () => api("PATCH", `/v2/concurrency_limits/${limit.id}`, { body: { active } }),
    `${limit.name} is ${active ? "on" : "off"}.`,
  );
  changed("/v2/concurrency_limits", "/ui/concurrency-limits");
}

export function GlobalLimits() {
  const { asked: found, more } = usePages<GlobalLimit>("/v2/concurrency_limits/filter", {});
  const [opened, open] = useState<GlobalLimit | "new" | null>(null);
  useLive(["concurrency-limit"], () => changed("/v2/concurrency_limits"));
  return (
    <div class="stack">
      <span>
        <button class="button primary" type="button" onClick={() => open("new")}>
          Add limit
        </button>
      </span>
      <Answer of={found}>
        {(all) => {
          const own = all.filter(({ name }) => systemKind(name) === null);
          const system = all.filter(({ name }) => systemKind(name) !== null);
          return (
            <>
              <section class="panel">
                {own.length === 0 ? (
                  <Empty title="No limits yet" snippet={SNIPPET}>
                    A limit says how many may do something at the same time, wherever they run.
                  </Empty>
                ) : (
                  <LimitTable limits={own} open={open} />
                )}
              </section>
              {system.length > 0 && (
                <section class="panel">
                  <header>
                    <h2>Of deployments and tags</h2>
                  </header>
                  <LimitTable limits={system} open={open} />
                </section>
              )}
            </>
          );
        }}
      </Answer>
      <More more={more} />
      {opened !== null && <LimitDialog of={opened === "new" ? undefined : opened} close={() => open(null)} />}
    </div>
  );
}

function LimitTable({ limits, open }: { limits: readonly GlobalLimit[]; open: (limit: GlobalLimit) => void }) {
  return (
    <div class="scroll-x">
      <table class="table">
        <thead>
          <tr>
            <th>Name</th>
            <th>Slots taken</th>
            <th>Given back per second</th>
            <th>Changed</th>
            <th>Active</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {limits.map((limit) => (
            <tr key={limit.id}>
              <td>
                <Link class="name-of" href={`/concurrency-limits/concurrency-limit/${limit.id}`}>
                  {limit.name}
                </Link>
              </td>
              <td>
                <meter min={0} max={Math.max(1, limit.limit)} value={limit.active_slots} aria-label={`Slots of ${limit.name} taken`} /> {limit.active_slots} of {limit.limit}
              </td>
              <td>{limit.slot_decay_per_second || "–"}</td>
              <td>
                <Time at={limit.updated} />
              </td>
              <td>
                <Switch label={`${limit.name} is active`} isOn={limit.active} change={(isOn) => void switchLimit(limit, isOn)} />
              </td>
              <td>
                <Menu
                  label={`More for ${limit.name}`}
                  items={[
                    { name: "Edit", do: () => open(limit) },
                    { name: "Copy id", do: () => void copyText(limit.id) },
                    { name: "Delete …", isDanger: true, do: () => void removeLimit(limit) },
                  ]}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

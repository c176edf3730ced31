/** One limit: who holds its slots, and who waits for one. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError, api } from "../../api/client";
import { changed, useGet } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { ask } from "../../parts/ask";
import { Facts } from "../../parts/Facts";
import { Menu } from "../../parts/Menu";
import { Switch } from "../../parts/Switch";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { act } from "../../shell/Toasts";
import { NotFound } from "../NotFound";
import { removeLimit, switchLimit } from "./GlobalLimits";
import { LimitDialog } from "./LimitDialog";
import type { LimitView } from "./types";

export default function LimitPage({ params }: PageProps) {
  const found = useGet<LimitView>(`/ui/concurrency-limits/${params["id"]}`, { every: 10_000 });
  useLive(["concurrency-limit"], () => void found.refetch());
  if (found.error instanceof ApiError && found.error.status === 404)
    return <NotFound what="concurrency limit" id={params["id"] ?? ""} />;
  return <Answer of={found}>{(limit) => <Shown of={limit} />}</Answer>;
}

const PLACES: Record<string, string> = {
  flow_run: "/runs/flow-run/",
  task_run: "/runs/task-run/",
  deployment: "/deployments/deployment/",
};

function Shown({ of }: { of: LimitView }) {
  useTitle(of.name);
  const [, go] = useLocation();
  const [isEdited, edit] = useState(false);
  const release = async (lease: LimitView["holders"][number]): Promise<void> => {
    const isWanted = await ask({
      title: "Release this lease?",
      text: "Its slots are free at once, while who held them may still be at work.",
      yes: "Release",
    });
    if (!isWanted) return;
    await act(() => api("POST", "/v2/concurrency_limits/decrement-with-lease", { body: { lease_id: lease.id } }), "The slots are free.");
    changed("/ui/concurrency-limits", "/v2/concurrency_limits");
  };
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/concurrency-limits">Concurrency</Link> / <h1>{of.name}</h1>
        </span>
        <div class="actions">
          <span class="row">
            Active <Switch label={`${of.name} is active`} isOn={of.active} change={(isOn) => void switchLimit(of, isOn)} />
          </span>
          <button class="button" type="button" onClick={() => edit(true)}>
            Edit
          </button>
          <Menu
            label="More for this limit"
            look="button icon"
            items={[{ name: "Delete …", isDanger: true, do: () => void removeLimit(of).then((isGone) => isGone && go("/concurrency-limits")) }]}
          />
        </div>
      </header>
      <section class="panel inside" style="padding: var(--gap-4)">
        <Facts
          isRow
          of={[
            ["Slots taken", `${of.active_slots} of ${of.limit}`],
            ["Given back per second", of.slot_decay_per_second || "–"],
            ["Created", <Time key="c" at={of.created} />],
            ["Updated", <Time key="u" at={of.updated} />],
            ["Id", <code key="i">{of.id}</code>],
          ]}
        />
      </section>
      <section class="panel">
        <header>
          <h2>Held by</h2>
        </header>
        {of.holders.length === 0 ? (
          <p class="empty">Nobody holds a slot under a lease.</p>
        ) : (
          <div class="scroll-x">
            <table class="table">
              <thead>
                <tr>
                  <th>Holder</th>
                  <th>Slots</th>
                  <th>Since</th>
                  <th>Ends unless renewed</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {of.holders.map((each) => (
                  <tr key={each.id}>
                    <td>
                      {each.holder && PLACES[each.holder.type] ? (
                        <Link class="name-of" href={`${PLACES[each.holder.type]}${each.holder.id}`}>
                          {each.name ?? each.holder.id}
                        </Link>
                      ) : (
                        <span class="muted">somebody without a run</span>
                      )}
                    </td>
                    <td>{each.slots}</td>
                    <td>
                      <Time at={each.since} />
                    </td>
                    <td>
                      <Time at={each.until} none="never" />
                    </td>
                    <td>
                      <button class="button small" type="button" onClick={() => void release(each)}>
                        Release
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <section class="panel">
        <header>
          <h2>Waiting</h2>
        </header>
        {of.waiters.length === 0 ? (
          <p class="empty">Nobody waits.</p>
        ) : (
          <ol class="inside stack" style="gap: var(--gap-2)">
            {of.waiters.map((each, index) => (
              <li key={each.id}>
                {index + 1}. {each.slots} slots, since <Time at={each.since} />
              </li>
            ))}
          </ol>
        )}
      </section>
      {isEdited && <LimitDialog of={of} close={() => edit(false)} />}
    </div>
  );
}

/** What can be done with the flow runs that are selected, all at once. */

import { useState } from "preact/hooks";

import { api } from "../../api/client";
import type { FlowRunRow, Page } from "../../api/types";
import { ask as confirm } from "../../parts/ask";
import { BulkBar } from "../../parts/BulkBar";
import { counted, number } from "../../parts/counted";
import { TagsDialog } from "../../parts/TagsDialog";
import { say } from "../../shell/Toasts";
import type { List } from "../../parts/useList";
import { StateForm, type NewState } from "./StateForm";
import { inParts, runAll } from "./bulk";

interface Props {
  list: List<FlowRunRow>;
  body: Record<string, unknown>;
  chosen: ReadonlySet<string>;
  choose: (ids: ReadonlySet<string>) => void;
}

const MOST = 10_000;
const OVER = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"];
type Wanted = Record<string, unknown>;

/** The ids of all runs that a filter finds, up to a bound. */
async function allOf(body: Record<string, unknown>): Promise<Set<string>> {
  const ids = new Set<string>();
  let after: string | null = null;
  do {
    const page: Page<FlowRunRow> = await api("POST", "/ui/runs", { body: { ...body, limit: 200, after } });
    for (const row of page.rows) ids.add(row.id);
    after = page.next;
  } while (after !== null && ids.size < MOST);
  return ids;
}

export function Bulk({ list, body, chosen, choose }: Props) {
  const [asks, ask] = useState<"state" | "tags" | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const work = async (what: string, each: (ids: string[]) => Promise<number>): Promise<void> => {
    ask(null);
    setDone(0);
    try {
      const count = await runAll(inParts([...chosen]), each, setDone);
      const refused = chosen.size - count;
      say(`${number(count)} ${what}.${refused > 0 ? ` ${number(refused)} were left as they are.` : ""}`);
      choose(new Set());
    } catch (error) {
      say(error instanceof Error ? error.message : String(error), { isBad: true });
    }
    setDone(null);
    list.again();
  };
  const setState = (state: NewState, force: boolean, what: string, only: Wanted = {}): Promise<void> =>
    work(what, async (ids) => {
      const answer = await api<{ results: { status: string }[] }>("POST", "/flow_runs/bulk_set_state", {
        body: { flow_runs: { id: { any_: ids }, ...only }, state, force },
      });
      return answer.results.filter(({ status }) => status === "ACCEPT").length;
    });
  const remove = async (): Promise<void> => {
    const isWanted = await confirm({
      title: `Delete ${number(chosen.size)} runs?`,
      text: "Their task runs, states, logs and artifacts go with them. This cannot be undone.",
      yes: "Delete",
    });
    if (!isWanted) return;
    await work("runs are deleted", async (ids) => {
      const wanted = { flow_runs: { id: { any_: ids } } };
      return (await api<{ deleted: string[] }>("POST", "/flow_runs/bulk_delete", { body: wanted })).deleted.length;
    });
  };
  const cancel = async (): Promise<void> => {
    const isWanted = await confirm({
      title: `Cancel ${number(chosen.size)} runs?`,
      text: "Those that run are stopped; those that wait will not begin. Runs that are over stay as they are.",
      yes: "Cancel runs",
    });
    if (isWanted) await setState({ type: "CANCELLING", name: "Cancelling" }, false, "runs are being cancelled");
  };
  const retry = async (): Promise<void> => {
    const isWanted = await confirm({
      title: `Retry ${number(chosen.size)} runs?`,
      text:
        "Those that are over and have a deployment run again from their beginning, with the same parameters. " +
        "Others stay as they are.",
      yes: "Retry runs",
    });
    if (!isWanted) return;
    const state = { type: "SCHEDULED", name: "AwaitingRetry", message: "Retried from the UI" };
    const only = { state: { type: { any_: OVER } }, deployment_id: { is_null_: false } };
    await setState(state, false, "runs are scheduled again", only);
  };
  const tag = (add: string[], take: string[]): Promise<void> =>
    work("runs have other tags", async (ids) => {
      const body = { flow_run_ids: ids, add, remove: take };
      return (await api<{ changed: string[] }>("POST", "/ui/runs/tags", { body })).changed.length;
    });
  const all = list.count?.value ?? 0;
  return (
    <BulkBar
      label="Selected runs"
      count={chosen.size}
      done={done}
      clear={() => choose(new Set())}
      all={all > chosen.size ? { text: `Select all ${counted(list.count)}`, take: () => void allOf(body).then(choose) } : undefined}
    >
      <button class="button small" type="button" onClick={() => void retry()}>
        Retry
      </button>
      <button class="button small" type="button" onClick={() => void cancel()}>
        Cancel runs
      </button>
      <button class="button small" type="button" onClick={() => ask("state")}>
        Change state
      </button>
      <button class="button small" type="button" onClick={() => ask("tags")}>
        Tags
      </button>
      <button class="button small danger" type="button" onClick={() => void remove()}>
        Delete
      </button>
      {asks === "state" && (
        <StateForm
          title={`Change the state of ${number(chosen.size)} runs`}
          close={() => ask(null)}
          take={(state) => setState(state, true, "runs have the new state")}
        />
      )}
      {asks === "tags" && <TagsDialog title={`Tags of ${number(chosen.size)} runs`} close={() => ask(null)} take={tag} />}
    </BulkBar>
  );
}

/** What can be done with a flow run. */

import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";

import { api } from "../../api/client";
import { changed } from "../../api/queries";
import type { FlowRunView } from "../../api/types";
import { ask } from "../../parts/ask";
import { useCommands } from "../../parts/commands";
import { copyText } from "../../parts/Copy";
import { Menu } from "../../parts/Menu";
import { useShortcuts } from "../../parts/shortcuts";
import { act, say } from "../../shell/Toasts";
import { StateForm, type NewState } from "../runs/StateForm";
import { Rename } from "./Rename";
import { ResumeForm } from "./ResumeForm";

const OVER = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"];

interface Answer {
  status: string;
  details: { reason?: string };
}

/** Propose a state; throws with the reason if it was not taken. */
async function propose(id: string, state: NewState & { state_details?: object }, force: boolean): Promise<void> {
  const answer = await api<Answer>("POST", `/flow_runs/${id}/set_state`, { body: { state, force } });
  if (answer.status === "REJECT" || answer.status === "ABORT") {
    throw new Error(answer.details.reason ?? "The server did not take the state.");
  }
}

export function Actions({ view }: { view: FlowRunView }) {
  const { run } = view;
  const [, go] = useLocation();
  const [opened, open] = useState<"state" | "resume" | "rename" | null>(null);
  const type = run.state_type ?? "PENDING";
  const isOver = OVER.includes(type);
  const renew = (): void => changed(`/ui/flow-runs/${run.id}`, `/flow_runs/${run.id}`, "/ui/runs");
  const set = async (state: NewState & { state_details?: object }, force: boolean, done: string): Promise<void> => {
    await act(() => propose(run.id, state, force), done);
    renew();
  };
  const retry = async (): Promise<void> => {
    const text = "It runs again from its beginning with the same parameters. Results that were kept are used again.";
    if (!(await ask({ title: `Retry ${run.name}?`, text, yes: "Retry" }))) return;
    await set({ type: "SCHEDULED", name: "AwaitingRetry", message: "Retried from the UI" }, false, "The run is scheduled again.");
  };
  const cancel = async (): Promise<void> => {
    const text = "What runs is stopped; what waits will not begin. Subflow runs are cancelled with it.";
    if (!(await ask({ title: `Cancel ${run.name}?`, text, yes: "Cancel run" }))) return;
    await set({ type: "CANCELLING", name: "Cancelling", message: "Cancelled from the UI" }, false, "The run is being cancelled.");
  };
  const pause = (): Promise<void> =>
    set(
      {
        type: "PAUSED",
        name: "Suspended",
        message: "Paused from the UI",
        state_details: {
          pause_timeout: new Date(Date.now() + 86_400_000).toISOString(),
          pause_reschedule: true,
          pause_key: crypto.randomUUID?.() ?? String(Math.random()),
        },
      },
      false,
      "The run pauses before its next task, for a day at most.",
    );
  const resume = async (input?: Record<string, unknown>): Promise<boolean> => {
    const isDone = await act(async () => {
      const body = input ? { run_input: input } : {};
      const answer = await api<Answer>("POST", `/flow_runs/${run.id}/resume`, { body });
      if (answer.status !== "ACCEPT") throw new Error(answer.details.reason ?? "The run could not be resumed.");
    }, "The run goes on.");
    renew();
    return isDone;
  };
  const remove = async (): Promise<void> => {
    const text = "Its task runs, states, logs and artifacts go with it. This cannot be undone.";
    if (!(await ask({ title: `Delete ${run.name}?`, text, yes: "Delete" }))) return;
    if (await act(() => api("DELETE", `/flow_runs/${run.id}`), `${run.name} is deleted.`)) {
      changed("/ui/runs");
      go("/runs");
    }
  };
  const keyset = run.state?.state_details.run_input_keyset ?? null;
  const copy = (): void => void copyText(run.id).then(() => say("The id is in the clipboard."));
  const goOn = (): void => (keyset ? open("resume") : void resume());
  useCommands(() => [
    type === "PAUSED" && { name: "Resume this run", do: goOn },
    isOver && run.deployment_id !== null && { name: "Retry this run", do: () => void retry() },
    !isOver && type !== "CANCELLING" && { name: "Cancel this run", words: "stop", do: () => void cancel() },
    type === "RUNNING" && run.deployment_id !== null && { name: "Pause this run", do: () => void pause() },
    { name: "Copy the id of this run", do: copy },
    { name: "Change the state of this run", do: () => open("state") },
    { name: "Rename this run", do: () => open("rename") },
    { name: "Compare this run with another", href: `/compare?runs=${run.id}` },
    { name: "Delete this run", do: () => void remove() },
  ]);
  useShortcuts({ r: () => void (isOver && run.deployment_id ? retry() : undefined) });
  return (
    <div class="actions">
      {type === "PAUSED" && (
        <button class="button primary" type="button" onClick={goOn}>
          Resume
        </button>
      )}
      {isOver && run.deployment_id && (
        <button class="button" type="button" onClick={() => void retry()}>
          Retry
        </button>
      )}
      {!isOver && type !== "CANCELLING" && (
        <button class="button" type="button" onClick={() => void cancel()}>
          Cancel
        </button>
      )}
      <Menu
        label="More actions"
        look="button icon"
        items={[
          type === "RUNNING" && run.deployment_id !== null && { name: "Pause", do: () => void pause() },
          run.deployment_id !== null && {
            name: "Run again with changes",
            href: `/deployments/deployment/${run.deployment_id}/run?parameters=${encodeURIComponent(JSON.stringify(run.parameters))}`,
          },
          { name: "Change state", do: () => open("state") },
          { name: "Rename", do: () => open("rename") },
          { name: "Copy id", do: copy },
          { name: "Compare with…", href: `/compare?runs=${run.id}` },
          { name: "Delete", do: () => void remove(), isDanger: true },
        ]}
      />
      {opened === "state" && (
        <StateForm
          title={`Change the state of ${run.name}`}
          close={() => open(null)}
          take={(state) => set(state, true, "The state is changed.")}
        />
      )}
      {opened === "rename" && <Rename run={run} close={() => open(null)} renew={renew} />}
      {opened === "resume" && keyset && (
        <ResumeForm id={run.id} keyset={keyset} close={() => open(null)} take={resume} />
      )}
    </div>
  );
}

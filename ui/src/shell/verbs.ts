/** What the palette does with things that it finds by name: `run nightly`, `cancel wise-owl`, `pause laptop`. */

import { api } from "../api/client";
import { changed } from "../api/queries";
import { act, say } from "./Toasts";

export interface Found {
  kind: string;
  id: string;
  name: string;
  detail: string | null;
  path: string;
}

type Doing = (found: Found, go: (path: string) => void) => Promise<unknown>;

interface Answer {
  status: string;
  details: { reason?: string };
}

async function propose(found: Found, state: object): Promise<void> {
  const answer = await api<Answer>("POST", `/flow_runs/${found.id}/set_state`, { body: { state } });
  if (answer.status === "REJECT" || answer.status === "ABORT") {
    throw new Error(answer.details.reason ?? "The server did not take the state.");
  }
  changed("/ui/flow-runs", "/ui/runs");
}

async function sure(title: string, text: string, yes: string): Promise<boolean> {
  const { ask } = await import("../parts/ask");
  return ask({ title, text, yes });
}

async function run(found: Found, go: (path: string) => void): Promise<void> {
  try {
    const body = { state: { type: "SCHEDULED", message: "Run by hand, as the deployment says" } };
    const made = await api<{ id: string; name: string }>("POST", `/deployments/${found.id}/create_flow_run`, { body });
    say(`Run ${made.name} is scheduled.`);
    go(`/runs/flow-run/${made.id}`);
  } catch (error) {
    say((error as Error).message, { isBad: true });
  }
}

async function cancel(found: Found): Promise<void> {
  const text = "What runs is stopped; what waits will not begin. Subflow runs are cancelled with it.";
  if (!(await sure(`Cancel ${found.name}?`, text, "Cancel run"))) return;
  const state = { type: "CANCELLING", name: "Cancelling", message: "Cancelled from the UI" };
  await act(() => propose(found, state), `${found.name} is being cancelled.`);
}

async function retry(found: Found): Promise<void> {
  const text = "It runs again from its beginning with the same parameters. Results that were kept are used again.";
  if (!(await sure(`Retry ${found.name}?`, text, "Retry"))) return;
  const state = { type: "SCHEDULED", name: "AwaitingRetry", message: "Retried from the UI" };
  await act(() => propose(found, state), `${found.name} is scheduled again.`);
}

function pausing(isPaused: boolean): Doing {
  return async (found) => {
    const how: Record<string, () => Promise<unknown>> = {
      deployment: () => api("POST", `/deployments/${found.id}/${isPaused ? "pause" : "resume"}_deployment`),
      "work pool": () => api("PATCH", `/work_pools/${encodeURIComponent(found.name)}`, { body: { is_paused: isPaused } }),
      automation: () => api("PATCH", `/automations/${found.id}`, { body: { enabled: !isPaused } }),
    };
    const doing = how[found.kind];
    if (!doing) return;
    const undo = (): void => void pausing(!isPaused)(found, () => undefined);
    await act(doing, `${found.name} is ${isPaused ? "paused" : "active"}.`, undo);
    changed("/deployments", "/ui/deployments", "/work_pools", "/automations");
  };
}

const PAUSABLE = ["deployment", "work pool", "automation"];

/** Each verb with the kinds of things that it is for. */
export const VERBS: Readonly<Record<"run" | "cancel" | "retry" | "pause" | "resume", readonly [readonly string[], Doing]>> = {
  run: [["deployment"], run],
  cancel: [["flow run"], cancel],
  retry: [["flow run"], retry],
  pause: [PAUSABLE, pausing(true)],
  resume: [PAUSABLE, pausing(false)],
};

export type Verb = keyof typeof VERBS;
export const NAMES = Object.keys(VERBS) as Verb[];

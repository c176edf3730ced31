/** What can be done with deployments. */

import { api } from "../../api/client";
import { changed } from "../../api/queries";
import { ask } from "../../parts/ask";
import { act, say } from "../../shell/Toasts";
import type { Deployment } from "./types";

type Which = Pick<Deployment, "id" | "name">;

function again(): void {
  changed("/deployments", "/ui/deployments", "/ui/runs");
}

export async function pause(which: Which, isPaused: boolean, canUndo = true): Promise<void> {
  const path = `/deployments/${which.id}/${isPaused ? "pause" : "resume"}_deployment`;
  const undo = canUndo ? () => void pause(which, !isPaused, false) : undefined;
  await act(() => api("POST", path), `${which.name} is ${isPaused ? "paused" : "active"}.`, undo);
  again();
}

/** Run it as it is; the id of the run. */
export async function run(which: Which): Promise<string | null> {
  try {
    const made = await api<{ id: string; name: string }>("POST", `/deployments/${which.id}/create_flow_run`, {
      body: { state: { type: "SCHEDULED", message: "Run by hand, as the deployment says" } },
    });
    say(`Run ${made.name} is scheduled.`);
    again();
    return made.id;
  } catch (error) {
    say((error as Error).message, { isBad: true });
    return null;
  }
}

export async function remove(which: Which, hasRuns: boolean): Promise<boolean> {
  const isWanted = await ask({
    title: `Delete ${which.name}?`,
    text: "Its schedules end and runs that have not begun are taken away. Runs that were made stay.",
    yes: "Delete deployment",
    type: hasRuns ? which.name : undefined,
  });
  if (!isWanted) return false;
  const isDone = await act(() => api("DELETE", `/deployments/${which.id}`), `${which.name} is deleted.`);
  again();
  return isDone;
}

export async function changeSchedule(id: string, schedule: string, body: unknown, done: string): Promise<void> {
  await act(() => api("PATCH", `/deployments/${id}/schedules/${schedule}`, { body }), done);
  again();
}

export { again };

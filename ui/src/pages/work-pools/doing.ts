/** What can be done with work pools and queues. */

import { api } from "../../api/client";
import { changed } from "../../api/queries";
import { ask } from "../../parts/ask";
import { act } from "../../shell/Toasts";
import { apiPath, type Pool, type Queue, type Worker } from "./types";

export function again(): void {
  changed("/work_pools", "/work_queues");
}

export async function pausePool(pool: Pool, isPaused: boolean, canUndo = true): Promise<void> {
  const undo = canUndo ? () => void pausePool(pool, !isPaused, false) : undefined;
  const body = { is_paused: isPaused };
  await act(() => api("PATCH", apiPath(pool.name), { body }), `${pool.name} is ${isPaused ? "paused" : "active"}.`, undo);
  again();
}

export async function removePool(pool: Pool): Promise<boolean> {
  const isWanted = await ask({
    title: `Delete ${pool.name}?`,
    text: "Its queues go with it. Deployments that use it have no pool then, and do not run.",
    yes: "Delete work pool",
    type: pool.name,
  });
  const isDone = isWanted && (await act(() => api("DELETE", apiPath(pool.name)), `${pool.name} is deleted.`));
  again();
  return isDone;
}

export async function changeQueue(pool: string, queue: Queue, body: Partial<Queue>, done: string): Promise<void> {
  await act(() => api("PATCH", `${apiPath(pool)}/queues/${encodeURIComponent(queue.name)}`, { body }), done);
  again();
}

export async function removeQueue(pool: string, queue: Queue): Promise<boolean> {
  const isWanted = await ask({
    title: `Delete ${queue.name}?`,
    text: "Runs that wait in it are not picked up any more.",
    yes: "Delete work queue",
  });
  const path = `${apiPath(pool)}/queues/${encodeURIComponent(queue.name)}`;
  const isDone = isWanted && (await act(() => api("DELETE", path), `${queue.name} is deleted.`));
  again();
  return isDone;
}

export async function removeWorker(pool: string, worker: Worker): Promise<void> {
  const isWanted = await ask({
    title: `Remove ${worker.name}?`,
    text: "It is only taken off the list: a worker that is alive comes back with its next sign of life.",
    yes: "Remove worker",
  });
  if (!isWanted) return;
  await act(() => api("DELETE", `${apiPath(pool)}/workers/${encodeURIComponent(worker.name)}`), `${worker.name} is removed.`);
  again();
}

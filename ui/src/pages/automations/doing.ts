/** What can be done with automations. */

import { api } from "../../api/client";
import { changed } from "../../api/queries";
import { ask } from "../../parts/ask";
import { act } from "../../shell/Toasts";
import type { Automation } from "./types";

export async function enable(of: Automation, enabled: boolean, canUndo = true): Promise<void> {
  const undo = canUndo ? () => void enable(of, !enabled, false) : undefined;
  await act(() => api("PATCH", `/automations/${of.id}`, { body: { enabled } }), `${of.name} is ${enabled ? "on" : "off"}.`, undo);
  changed("/automations");
}

export async function remove(of: Automation): Promise<boolean> {
  const isWanted = await ask({ title: `Delete ${of.name}?`, text: "It does not act any more.", yes: "Delete automation" });
  const isDone = isWanted && (await act(() => api("DELETE", `/automations/${of.id}`), `${of.name} is deleted.`));
  changed("/automations");
  return isDone;
}

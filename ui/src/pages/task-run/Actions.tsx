/** What can be done with a task run. */

import { useState } from "preact/hooks";

import { api } from "../../api/client";
import { ask } from "../../parts/ask";
import { copyText } from "../../parts/Copy";
import { Menu } from "../../parts/Menu";
import { act, say } from "../../shell/Toasts";
import { StateForm, type NewState } from "../runs/StateForm";
import type { TaskRun } from "./types";

export function Actions({ run, renew, gone }: { run: TaskRun; renew: () => void; gone: () => void }) {
  const [isOpen, open] = useState(false);
  const path = `/task_runs/${run.id}`;
  const set = async (state: NewState): Promise<void> => {
    await act(() => api("POST", `${path}/set_state`, { body: { state, force: true } }), "The state is changed.");
    renew();
  };
  const remove = async (): Promise<void> => {
    const text = "Its states, logs and artifacts go with it. This cannot be undone.";
    if (!(await ask({ title: `Delete ${run.name}?`, text, yes: "Delete" }))) return;
    if (await act(() => api("DELETE", path), `${run.name} is deleted.`)) gone();
  };
  return (
    <div class="actions">
      <Menu
        label="More actions"
        look="button icon"
        items={[
          { name: "Change state", do: () => open(true) },
          { name: "Copy id", do: () => void copyText(run.id).then(() => say("The id is in the clipboard.")) },
          { name: "Delete", do: () => void remove(), isDanger: true },
        ]}
      />
      {isOpen && <StateForm title={`Change the state of ${run.name}`} close={() => open(false)} take={set} />}
    </div>
  );
}

/** Gives a flow run another name. */

import { useState } from "preact/hooks";

import { api } from "../../api/client";
import type { FlowRun } from "../../api/types";
import { Dialog } from "../../parts/Dialog";
import { act } from "../../shell/Toasts";

interface Props {
  run: FlowRun;
  close: () => void;
  renew: () => void;
}

export function Rename({ run, close, renew }: Props) {
  const [name, setName] = useState(run.name);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const save = (to: string) => api("PATCH", `/flow_runs/${run.id}`, { body: { name: to } }).then(renew);
    if (await act(() => save(name.trim()), "The run has its new name.", () => void save(run.name))) close();
  };
  return (
    <Dialog title="Rename the run" close={close}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <label class="field">
          <span class="label">Name</span>
          <input
            class="input"
            autoFocus
            required
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button class="button primary" type="submit" disabled={!name.trim()}>
            Rename
          </button>
        </div>
      </form>
    </Dialog>
  );
}

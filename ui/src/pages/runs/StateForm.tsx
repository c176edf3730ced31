/** Asks for the state that a run is to have, and why. */

import { useState } from "preact/hooks";

import { Dialog } from "../../parts/Dialog";

export interface NewState {
  type: string;
  name?: string;
  message?: string;
}

const TYPES = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED", "SCHEDULED", "PENDING", "PAUSED"];

interface Props {
  title: string;
  close: () => void;
  take: (state: NewState) => Promise<unknown>;
}

export function StateForm({ title, close, take }: Props) {
  const [type, setType] = useState("COMPLETED");
  const [message, setMessage] = useState("");
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await take({ type, ...(message.trim() ? { message: message.trim() } : {}) });
    close();
  };
  return (
    <Dialog title={title} close={close}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <p>The state is set whatever the rules say. It does not stop or start what is running.</p>
        <label class="field">
          <span class="label">State</span>
          <select class="input" value={type} onChange={(event) => setType(event.currentTarget.value)}>
            {TYPES.map((each) => (
              <option key={each} value={each}>
                {each.charAt(0) + each.slice(1).toLowerCase()}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span class="label">Why</span>
          <textarea class="input" value={message} onInput={(event) => setMessage(event.currentTarget.value)} />
        </label>
        <div class="actions">
          <button class="button" type="button" onClick={close}>
            Leave it
          </button>
          <button class="button primary" type="submit" disabled={isBusy}>
            Change state
          </button>
        </div>
      </form>
    </Dialog>
  );
}

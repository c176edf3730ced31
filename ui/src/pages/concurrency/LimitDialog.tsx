/** Makes a global limit, or changes one. */

import { useState } from "preact/hooks";

import { api } from "../../api/client";
import { changed } from "../../api/queries";
import { Dialog } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { Switch } from "../../parts/Switch";
import { say } from "../../shell/Toasts";
import type { GlobalLimit } from "./types";

export function LimitDialog({ of, close }: { of?: GlobalLimit; close: () => void }) {
  const [name, setName] = useState(of?.name ?? "");
  const [limit, setLimit] = useState(String(of?.limit ?? 1));
  const [decay, setDecay] = useState(String(of?.slot_decay_per_second ?? 0));
  const [isActive, setActive] = useState(of?.active ?? true);
  const [wrong, setWrong] = useState<string | null>(null);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { name: name.trim(), limit: Number(limit), slot_decay_per_second: Number(decay), active: isActive };
    try {
      if (of) await api("PATCH", `/v2/concurrency_limits/${of.id}`, { body });
      else await api("POST", "/v2/concurrency_limits/", { body });
      say(`${body.name} is saved.`);
      changed("/v2/concurrency_limits", "/ui/concurrency-limits");
      close();
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <Dialog title={of ? `Limit ${of.name}` : "Add a limit"} close={close}>
      <form class="stack" onSubmit={(event) => void save(event)}>
        <TextField label="Name" value={name} change={setName} isFirst />
        <TextField label="Slots" type="number" value={limit} change={setLimit} wrong={/^\d+$/.test(limit) ? null : "needs a whole number"} />
        <TextField label="Slots given back per second" type="number" value={decay} change={setDecay} hint="For limits of a rate; 0: slots are given back by who took them" />
        <span class="row">
          <Switch label="Active" isOn={isActive} change={setActive} /> Active
        </span>
        {wrong && (
          <p class="problem" role="alert">
            {wrong}
          </p>
        )}
        <div class="actions">
          <button class="button" type="button" onClick={close}>
            Leave it
          </button>
          <button class="button primary" type="submit" disabled={name.trim() === "" || !/^\d+$/.test(limit)}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

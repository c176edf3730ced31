/** Makes a variable, or changes one. */

import { useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { api } from "../../api/client";
import { changed, usePost } from "../../api/queries";
import { Dialog } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { JsonEditor } from "../../parts/JsonEditor";
import { TagInput } from "../../parts/TagInput";
import { say } from "../../shell/Toasts";
import type { Deployment } from "../deployments/types";

export interface Variable {
  id: string;
  name: string;
  value: unknown;
  tags: string[];
  updated: string;
}

const NAME = /^[a-z0-9_]+$/;

export function VariableDialog({ of, close }: { of?: Variable; close: () => void }) {
  const [name, setName] = useState(of?.name ?? "");
  const [value, setValue] = useState<unknown>(of?.value);
  const [isBroken, setBroken] = useState(false);
  const [tags, setTags] = useState(of?.tags ?? []);
  const [wrong, setWrong] = useState<string | null>(null);
  const isBad = name !== "" && !NAME.test(name);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { name, value: value ?? null, tags };
    try {
      if (of) await api("PATCH", `/variables/${of.id}`, { body });
      else await api("POST", "/variables/", { body });
      say(`${name} is saved.`);
      changed("/variables");
      close();
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  return (
    <Dialog title={of ? `Variable ${of.name}` : "Add a variable"} close={close}>
      <form class="stack" onSubmit={(event) => void save(event)}>
        <TextField
          label="Name"
          value={name}
          change={setName}
          isFirst
          hint="Lower case letters, digits and underscores"
          wrong={isBad ? "may only have lower case letters, digits and underscores" : null}
        />
        <JsonEditor label="Value (JSON)" value={of?.value} change={setValue} broken={setBroken} lines={5} />
        <TagInput label="Tags" tags={tags} change={setTags} />
        {of && <UsedBy name={of.name} />}
        {wrong && (
          <p class="problem" role="alert">
            {wrong}
          </p>
        )}
        <div class="actions">
          <button class="button" type="button" onClick={close}>
            Leave it
          </button>
          <button class="button primary" type="submit" disabled={!NAME.test(name) || isBroken}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Deployments whose settings mention the variable. */
function UsedBy({ name }: { name: string }) {
  const found = usePost<Deployment[]>("/deployments/filter", { limit: 200 });
  const mention = new RegExp(`prefect\\.variables\\.${name}\\b|"variable_name":"${name}"`);
  const users = (found.data ?? []).filter(({ parameters, job_variables, pull_steps }) =>
    mention.test(JSON.stringify([parameters, job_variables, pull_steps])),
  );
  if (!found.data) return null;
  return (
    <p class="muted">
      {users.length === 0 && "No deployment mentions it; code may read it all the same."}
      {users.length > 0 && "Used by "}
      {users.map((each) => (
        <Link key={each.id} href={`/deployments/deployment/${each.id}`}>
          {each.name}{" "}
        </Link>
      ))}
    </p>
  );
}

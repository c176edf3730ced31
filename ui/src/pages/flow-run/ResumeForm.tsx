/** Asks for what a paused run waits for, then lets it go on. */

import { useState } from "preact/hooks";

import { useGet } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Dialog } from "../../parts/Dialog";
import { Markdown } from "../../parts/Markdown";
import { definitionsOf, initial, isObject, type JsonObject, type Schema } from "../../parts/schema/model";
import { SchemaForm } from "../../parts/schema/SchemaForm";

interface Props {
  id: string;
  keyset: Record<string, string>;
  close: () => void;
  take: (input: Record<string, unknown>) => Promise<boolean>;
}

/** What a run has put down: JSON as text, or what the text says. */
function told<T>(value: T | string): T {
  return typeof value === "string" ? (JSON.parse(value) as T) : value;
}

export function ResumeForm({ id, keyset, close, take }: Props) {
  const path = (key: string): string => `/flow_runs/${id}/input/${encodeURIComponent(key)}`;
  const schema = useGet<Schema | string>(path(keyset["schema"] ?? "schema"));
  const description = useGet<string>(keyset["description"] ? path(keyset["description"]) : null);
  const words = typeof description.data === "string" ? description.data.replace(/^"|"$/g, "") : "";
  return (
    <Dialog title="Resume the run" close={close} isWide>
      {words && <Markdown text={words} />}
      <Answer of={schema}>{(found) => <Form schema={told<Schema>(found)} close={close} take={take} />}</Answer>
    </Dialog>
  );
}

function start(schema: Schema): JsonObject {
  const value = initial({ ...schema, type: "object" }, definitionsOf(schema));
  return isObject(value) ? value : {};
}

function Form({ schema, close, take }: Pick<Props, "close" | "take"> & { schema: Schema }) {
  const [values, setValues] = useState<JsonObject>(() => start(schema));
  const [isGood, judge] = useState(true);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    if (await take(values)) close();
    setBusy(false);
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      {schema.description && <p>{schema.description}</p>}
      <SchemaForm label="Input of the run" schema={schema} values={values} change={setValues} judge={judge} />
      <div class="actions">
        <button class="button" type="button" onClick={close}>
          Leave it
        </button>
        <button class="button primary" type="submit" disabled={!isGood || isBusy}>
          Resume
        </button>
      </div>
    </form>
  );
}

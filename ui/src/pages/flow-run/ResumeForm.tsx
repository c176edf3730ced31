/** Asks for what a paused run waits for, then lets it go on. */

import { useState } from "preact/hooks";

import { useGet } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Dialog } from "../../parts/Dialog";
import { Json } from "../../parts/Json";
import { JsonEditor } from "../../parts/JsonEditor";

interface Schema {
  title?: string;
  description?: string;
  properties?: Record<string, { default?: unknown; type?: string }>;
}

interface Props {
  id: string;
  keyset: Record<string, string>;
  close: () => void;
  take: (input: Record<string, unknown>) => Promise<boolean>;
}

function example(schema: Schema): Record<string, unknown> {
  const empty: Record<string, unknown> = { string: "", integer: 0, number: 0, boolean: false, array: [], object: {} };
  const values = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    property.default ?? empty[property.type ?? ""] ?? null,
  ]);
  return Object.fromEntries(values);
}

export function ResumeForm({ id, keyset, close, take }: Props) {
  const schema = useGet<Schema | string>(`/flow_runs/${id}/input/${encodeURIComponent(keyset["schema"] ?? "schema")}`);
  return (
    <Dialog title="Resume the run" close={close}>
      <Answer of={schema}>
        {(told) => <Form schema={typeof told === "string" ? (JSON.parse(told) as Schema) : told} close={close} take={take} />}
      </Answer>
    </Dialog>
  );
}

function Form({ schema, close, take }: Pick<Props, "close" | "take"> & { schema: Schema }) {
  const [value, setValue] = useState<unknown>(() => example(schema));
  const [isBroken, setBroken] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await take(value as Record<string, unknown>)) close();
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      {schema.description && <p>{schema.description}</p>}
      <JsonEditor label="Input of the run" value={value} change={setValue} broken={setBroken} />
      <details>
        <summary>What the run expects</summary>
        <Json value={schema} name="schema" />
      </details>
      <div class="actions">
        <button class="button primary" type="submit" disabled={isBroken}>
          Resume
        </button>
      </div>
    </form>
  );
}

/** A value that is given as JSON, by a template or by a variable: what the server makes of it when it runs. */

import { usePost } from "../../api/queries";
import { whatIsWrong } from "../JsonEditor";
import { KIND, type JsonObject, type Kind, type Value } from "./model";

interface Props {
  kind: Kind;
  id: string;
  value: JsonObject;
  change: (value: Value) => void;
}

export function Given({ kind, id, value, change }: Props) {
  if (kind === "workspace_variable") return <Variable id={id} value={value} change={change} />;
  const key = kind === "json" ? "value" : "template";
  const text = String(value[key] ?? "");
  const wrong = kind === "json" ? whatIsWrong(text) : null;
  return (
    <>
      <textarea
        id={id}
        class="input mono"
        rows={Math.min(12, Math.max(2, text.split("\n").length))}
        spellcheck={false}
        placeholder={kind === "json" ? '{"key": "value"}' : "{{ flow_run.name }}"}
        aria-invalid={wrong ? true : undefined}
        value={text}
        onInput={(event) => change({ [KIND]: kind, [key]: event.currentTarget.value })}
      />
      {wrong && <span class="wrong">{wrong}</span>}
    </>
  );
}

function Variable({ id, value, change }: Omit<Props, "kind">) {
  const found = usePost<{ id: string; name: string }[]>("/variables/filter", { limit: 200 });
  return (
    <>
      <input
        id={id}
        class="input"
        list={`${id}-names`}
        placeholder="Name of a variable"
        value={String(value["variable_name"] ?? "")}
        onInput={(event) => change({ [KIND]: "workspace_variable", variable_name: event.currentTarget.value })}
      />
      <datalist id={`${id}-names`}>{found.data?.map(({ name }) => <option key={name} value={name} />)}</datalist>
    </>
  );
}

/** The actions of an automation, one after the other. */

import { usePost } from "../../api/queries";
import { Field, SelectField, TextField } from "../../parts/Field";
import { JsonEditor } from "../../parts/JsonEditor";
import { ACTIONS, type Action } from "./types";

interface Props {
  actions: readonly Action[];
  change: (actions: Action[]) => void;
}

const STATES = ["CANCELLED", "COMPLETED", "CRASHED", "FAILED", "PAUSED", "PENDING", "RUNNING", "SCHEDULED"];
const LISTS = {
  deployment: "/deployments/filter",
  work_queue: "/work_queues/filter",
  work_pool: "/work_pools/filter",
  automation: "/automations/filter",
  block_document: "/block_documents/filter",
} as const;
type Kind = keyof typeof LISTS;

/** An action of a kind with what it needs at least. */
export function fresh(type: string): Action {
  if (ACTIONS[type]?.of) return { type, source: "inferred" };
  if (type === "change-flow-run-state") return { type, state: "CANCELLED" };
  if (type === "send-notification")
    return { type, block_document_id: "", subject: "Flow run {{ flow_run.name }}", body: "{{ flow_run.name }} is {{ flow_run.state.name }}: {{ flow_run|ui_url }}" };
  if (type === "call-webhook") return { type, block_document_id: "", payload: "" };
  return { type };
}

export function ActionsForm({ actions, change }: Props) {
  const set = (at: number, next: Action): void => change(actions.map((each, index) => (index === at ? next : each)));
  return (
    <>
      {actions.map((action, at) => (
        <fieldset key={at} class="stack" style="margin: 0; padding: var(--gap-3); border: 1px solid var(--border); border-radius: var(--radius)">
          <legend class="row">
            <span class="label">Action {at + 1}</span>
            <button class="button quiet small" type="button" disabled={actions.length === 1} onClick={() => change(actions.filter((_, index) => index !== at))}>
              Remove
            </button>
          </legend>
          <SelectField
            label="What is done"
            value={action.type}
            options={Object.entries(ACTIONS).map(([type, { words }]) => [type, words] as const)}
            change={(type) => set(at, fresh(type))}
          />
          <Needs action={action} change={(next) => set(at, next)} />
        </fieldset>
      ))}
      <span>
        <button class="button small" type="button" onClick={() => change([...actions, fresh("do-nothing")])}>
          Add an action
        </button>
      </span>
    </>
  );
}

function Needs({ action, change }: { action: Action; change: (action: Action) => void }) {
  const of = ACTIONS[action.type]?.of;
  const text = (key: string): string => String(action[key] ?? "");
  const set = (next: Record<string, unknown>): void => change({ ...action, ...next });
  if (of)
    return (
      <>
        <Pick
          kind={of}
          none="The one of the event"
          value={text(`${of}_id`)}
          change={(id) => {
            const rest = { type: action.type, ...Object.fromEntries(Object.entries(action).filter(([key]) => key !== `${of}_id`)) };
            change(id ? { ...rest, source: "selected", [`${of}_id`]: id } : { ...rest, source: "inferred" });
          }}
        />
        {action.type === "run-deployment" && (
          <JsonEditor label="Parameters (templates allowed)" value={action["parameters"] ?? {}} lines={3} change={(parameters) => set({ parameters })} />
        )}
      </>
    );
  if (action.type === "change-flow-run-state")
    return (
      <>
        <SelectField label="State" value={text("state")} options={STATES.map((each) => [each, each] as const)} change={(state) => set({ state })} />
        <TextField label="Name" value={text("name")} change={(name) => set({ name: name || null })} />
        <TextField label="Message" value={text("message")} change={(message) => set({ message: message || null })} />
      </>
    );
  if (action.type === "send-notification")
    return (
      <>
        <Pick kind="block_document" none="Choose a block …" value={text("block_document_id")} change={(id) => set({ block_document_id: id })} />
        <TextField label="Subject" value={text("subject")} change={(subject) => set({ subject })} />
        <Field label="Body" hint="Templates: {{ flow_run.name }}, {{ deployment.name }}, {{ event.occurred }}, {{ flow_run|ui_url }} …">
          {(id) => <textarea id={id} class="input mono" rows={4} value={text("body")} onInput={(event) => set({ body: event.currentTarget.value })} />}
        </Field>
      </>
    );
  if (action.type === "call-webhook")
    return (
      <>
        <Pick kind="block_document" none="Choose a block …" value={text("block_document_id")} change={(id) => set({ block_document_id: id })} />
        <Field label="Payload">
          {(id) => <textarea id={id} class="input mono" rows={4} value={text("payload")} onInput={(event) => set({ payload: event.currentTarget.value })} />}
        </Field>
      </>
    );
  return null;
}

function Pick({ kind, none, value, change }: { kind: Kind; none: string; value: string; change: (id: string) => void }) {
  const found = usePost<{ id: string; name: string; block_type?: { name: string } | null }[]>(LISTS[kind], { limit: 200 });
  const options = (found.data ?? []).map((each) => [each.id, each.block_type ? `${each.block_type.name} / ${each.name}` : each.name] as const);
  return <SelectField label={kind === "block_document" ? "Block" : "Which one"} value={value} options={[["", none], ...options]} change={change} />;
}

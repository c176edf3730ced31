/** The trigger of an automation: templates for what is wanted most, and all parts of a trigger on one event. */

import { usePost } from "../../api/queries";
import { Field, SelectField, TextField } from "../../parts/Field";
import { TagInput } from "../../parts/TagInput";
import { NEW, type EventTrigger, type Labels, type Trigger } from "./types";

const RELATED = { deployment: "prefect.deployment.", flow: "prefect.flow." } as const;
const KINDS: readonly (readonly [string, string, Partial<EventTrigger>])[] = [
  ["prefect.flow-run.*", "Flow run state", { expect: ["prefect.flow-run.Failed"], for_each: ["prefect.resource.id"] }],
  ["prefect.deployment.*", "Deployment status", { expect: ["prefect.deployment.not-ready"], for_each: ["prefect.resource.id"] }],
  ["prefect.work-pool.*", "Work pool status", { expect: ["prefect.work-pool.not-ready"], for_each: ["prefect.resource.id"] }],
  ["prefect.work-queue.*", "Work queue status", { expect: ["prefect.work-queue.not-ready"], for_each: ["prefect.resource.id"] }],
  ["*", "Custom", { expect: [], for_each: [] }],
];

interface Props {
  trigger: Trigger;
  change: (trigger: Trigger) => void;
}

export function TriggerForm({ trigger, change }: Props) {
  if (trigger.type !== "event")
    return (
      <p class="muted">
        This trigger is made of several ones: change it as JSON, or{" "}
        <button class="button small" type="button" onClick={() => change(NEW.trigger)}>
          begin anew
        </button>
      </p>
    );
  return <OnEvent trigger={trigger} change={change} />;
}

function one(labels: Labels | Labels[] | undefined, label: string): string {
  const value = Array.isArray(labels) ? undefined : labels?.[label];
  return Array.isArray(value) ? value.join(", ") : (value ?? "");
}

function OnEvent({ trigger, change }: { trigger: EventTrigger; change: (trigger: Trigger) => void }) {
  const set = (next: Partial<EventTrigger>): void => change({ ...trigger, ...next });
  const resource = one(trigger.match, "prefect.resource.id");
  const kind = KINDS.find(([each]) => each === resource)?.[0] ?? "*";
  const isRuns = kind === "prefect.flow-run.*";
  return (
    <>
      <SelectField
        label="Begin with"
        value={kind}
        options={KINDS.map(([each, name]) => [each, name] as const)}
        change={(each) => {
          const found = KINDS.find(([id]) => id === each);
          set({ ...found?.[2], match: { "prefect.resource.id": each }, match_related: {} });
        }}
      />
      {isRuns && <OfDeployment trigger={trigger} set={set} />}
      <SelectField
        label="When"
        value={trigger.posture}
        options={[["Reactive", "it happens"], ["Proactive", "it does not happen in time"]]}
        change={(posture) => set({ posture: posture as EventTrigger["posture"], ...(posture === "Proactive" && !trigger.within ? { within: 600 } : {}) })}
      />
      <TagInput label="Events" tags={trigger.expect ?? []} change={(expect) => set({ expect })} hint="Names, such as prefect.flow-run.Failed; * at the end stands for all that begin so" />
      <TextField label="Resource" value={resource} change={(id) => set({ match: { ...trigger.match, "prefect.resource.id": id } })} hint="An id, or its beginning with * at the end" />
      <div class="row wrap" style="align-items: start">
        <TextField label="Times" type="number" value={String(trigger.threshold ?? 1)} change={(text) => set({ threshold: Math.max(1, Number(text) || 1) })} />
        <TextField label="Within seconds" type="number" value={String(trigger.within ?? 0)} change={(text) => set({ within: Math.max(0, Number(text) || 0) })} hint={trigger.posture === "Proactive" ? "At least 10" : "0: at once"} />
      </div>
      <details>
        <summary>More</summary>
        <div class="stack" style="padding-top: var(--gap-3)">
          <TagInput label="Counted for each" tags={trigger.for_each ?? []} change={(for_each) => set({ for_each })} hint="Labels of resources, such as prefect.resource.id" />
          <TagInput label="Only after" tags={trigger.after ?? []} change={(after) => set({ after })} hint="Names of events that have to come first" />
        </div>
      </details>
    </>
  );
}

/** Narrows runs to those of a deployment or a flow. */
function OfDeployment({ trigger, set }: { trigger: EventTrigger; set: (next: Partial<EventTrigger>) => void }) {
  const deployments = usePost<{ id: string; name: string }[]>("/deployments/filter", { limit: 200 });
  const flows = usePost<{ id: string; name: string }[]>("/flows/filter", { limit: 200 });
  const now = one(trigger.match_related, "prefect.resource.id");
  return (
    <Field label="Of">
      {(id) => (
        <select
          id={id}
          class="input"
          value={now}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            const role = chosen.startsWith(RELATED.flow) ? "flow" : "deployment";
            set({ match_related: chosen ? { "prefect.resource.id": chosen, "prefect.resource.role": role } : {} });
          }}
        >
          <option value="">any flow run</option>
          {deployments.data?.map((each) => (
            <option key={each.id} value={RELATED.deployment + each.id}>
              deployment {each.name}
            </option>
          ))}
          {flows.data?.map((each) => (
            <option key={each.id} value={RELATED.flow + each.id}>
              flow {each.name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

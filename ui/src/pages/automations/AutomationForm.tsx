/** Makes an automation in three steps, or changes one; each step has a form and JSON. */

import { useEffect, useState } from "preact/hooks";
import { Link, useLocation, useSearchParams } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError, api } from "../../api/client";
import { changed, useGet } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { TextField } from "../../parts/Field";
import { JsonEditor } from "../../parts/JsonEditor";
import { TagInput } from "../../parts/TagInput";
import { useTitle } from "../../parts/title";
import { say } from "../../shell/Toasts";
import { NotFound } from "../NotFound";
import { ActionsForm } from "./ActionsForm";
import { Sentences } from "./Automations";
import { Rehearsal } from "./Rehearsal";
import { TriggerForm } from "./TriggerForm";
import { NEW, type Action, type Automation, type Draft, type Trigger } from "./types";

export default function AutomationForm({ params }: PageProps) {
  const [search] = useSearchParams();
  const id = params["id"] ?? search.get("from");
  const found = useGet<Automation>(id ? `/automations/${id}` : null);
  if (!id) return <Form start={asked(search)} />;
  if (found.error instanceof ApiError && [404, 422].includes(found.error.status)) return <NotFound what="automation" id={id} />;
  return (
    <Answer of={found}>
      {(of) => (params["id"] ? <Form start={of} id={of.id} /> : <Form start={{ ...of, name: `${of.name} (copy)` }} />)}
    </Answer>
  );
}

/** What the address asks for, as links from deployments and events do. */
function asked(search: URLSearchParams): Draft {
  const [deployment, event, resource] = [search.get("deployment"), search.get("event"), search.get("resource")];
  if (deployment)
    return {
      ...NEW,
      name: `When ${search.get("name") ?? "the deployment"} fails`,
      trigger: {
        ...NEW.trigger,
        match_related: { "prefect.resource.id": `prefect.deployment.${deployment}`, "prefect.resource.role": "deployment" },
      } as Trigger,
    };
  if (!event) return NEW;
  return { ...NEW, trigger: { type: "event", posture: "Reactive", match: { "prefect.resource.id": resource ?? "*" }, expect: [event], threshold: 1, within: 0 } };
}

const STEPS = ["Trigger", "Actions", "Details"];

function Form({ start, id }: { start: Draft; id?: string }) {
  useTitle(id ? `Edit ${start.name}` : "Add an automation");
  const [, go] = useLocation();
  const [step, setStep] = useState(0);
  const [draft, setDraft] = useState<Draft>(start);
  const [isJson, showJson] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const set = (next: Partial<Draft>): void => setDraft((before) => ({ ...before, ...next }));
  useEffect(() => (setBroken(false), undefined), [step, isJson]);
  const save = async (): Promise<void> => {
    const { name, description, enabled, tags, trigger, actions, actions_on_trigger, actions_on_resolve } = draft;
    const body = { name, description, enabled, tags, trigger, actions, actions_on_trigger, actions_on_resolve };
    try {
      const made = id ? await api("PUT", `/automations/${id}`, { body }) : await api<Automation>("POST", "/automations/", { body });
      say(`${name} is saved.`);
      changed("/automations");
      go(`/automations/automation/${id ?? (made as Automation).id}`);
    } catch (error) {
      setWrong((error as Error).message);
    }
  };
  const next = (event: Event): void => {
    event.preventDefault();
    if (step < 2) setStep(step + 1);
    else void save();
  };
  const canGo = !isBroken && [true, draft.actions.length > 0, draft.name.trim() !== ""][step];
  return (
    <div class="page">
      <form class="narrow-page stack" style="margin: 0 auto" onSubmit={next}>
        <header class="trail">
          <Link href="/automations">Automations</Link> / <h1>{id ? start.name : "Add"}</h1>
        </header>
        <div class="row wrap apart">
          <span class="segments" role="group" aria-label="Steps">
            {STEPS.map((each, at) => (
              <button key={each} type="button" aria-pressed={at === step} disabled={isBroken} onClick={() => setStep(at)}>
                {at + 1}. {each}
              </button>
            ))}
          </span>
          {step < 2 && (
            <span class="segments" role="group" aria-label="How it is written">
              <button type="button" aria-pressed={!isJson} disabled={isBroken} onClick={() => showJson(false)}>
                Form
              </button>
              <button type="button" aria-pressed={isJson} onClick={() => showJson(true)}>
                JSON
              </button>
            </span>
          )}
        </div>
        <section class="panel stack" style="padding: var(--gap-4)">
          {step === 0 &&
            (isJson ? (
              <JsonEditor label="Trigger" value={draft.trigger} lines={14} broken={setBroken} change={(value) => set({ trigger: value as Trigger })} />
            ) : (
              <TriggerForm trigger={draft.trigger} change={(trigger) => set({ trigger })} />
            ))}
          {step === 1 &&
            (isJson ? (
              <JsonEditor label="Actions" value={draft.actions} lines={14} broken={setBroken} change={(value) => set({ actions: (value ?? []) as Action[] })} />
            ) : (
              <ActionsForm actions={draft.actions} change={(actions) => set({ actions })} />
            ))}
          {step === 2 && (
            <>
              <TextField label="Name" value={draft.name} change={(name) => set({ name })} isFirst />
              <TextField label="Description" value={draft.description} change={(description) => set({ description })} />
              <TagInput label="Tags" tags={draft.tags ?? []} change={(tags) => set({ tags })} />
            </>
          )}
        </section>
        {!isBroken && (
          <section class="panel" style="padding: var(--gap-3) var(--gap-4)" aria-label="In words" aria-live="polite">
            <Sentences of={draft} />
          </section>
        )}
        {step === 0 && !isBroken && <Rehearsal trigger={draft.trigger} />}
        {wrong && (
          <p class="problem" role="alert">
            {wrong}
          </p>
        )}
        <div class="row" style="justify-content: flex-end">
          {step > 0 && (
            <button class="button" type="button" onClick={() => setStep(step - 1)}>
              Back
            </button>
          )}
          <button class="button primary" type="submit" disabled={!canGo}>
            {step < 2 ? "Next" : "Save"}
          </button>
        </div>
      </form>
    </div>
  );
}

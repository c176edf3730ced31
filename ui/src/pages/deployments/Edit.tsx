/** Changes a deployment, or makes another one like it. */

import { useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError, api } from "../../api/client";
import { useGet, usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Field, SelectField, TextField } from "../../parts/Field";
import { JsonEditor } from "../../parts/JsonEditor";
import { fromFields, NONE, type Problems } from "../../parts/schema/check";
import type { JsonObject } from "../../parts/schema/model";
import { SchemaForm } from "../../parts/schema/SchemaForm";
import { Switch } from "../../parts/Switch";
import { TagInput } from "../../parts/TagInput";
import { useTitle } from "../../parts/title";
import { useUnsaved } from "../../parts/useUnsaved";
import { say } from "../../shell/Toasts";
import { NotFound } from "../NotFound";
import { again } from "./doing";
import type { Deployment } from "./types";

export default function Edit({ params }: PageProps) {
  const found = useGet<Deployment>(`/deployments/${params["id"]}`);
  if (found.error instanceof ApiError && [404, 422].includes(found.error.status))
    return <NotFound what="deployment" id={params["id"] ?? ""} />;
  const isCopy = location.pathname.endsWith("/duplicate");
  return <Answer of={found}>{(deployment) => <Form of={deployment} isCopy={isCopy} />}</Answer>;
}

interface Draft {
  name: string;
  description: string;
  work_pool_name: string;
  work_queue_name: string;
  tags: string[];
  limit: string;
  strategy: "ENQUEUE" | "CANCEL_NEW";
  parameters: JsonObject;
  job_variables: JsonObject;
  isEnforced: boolean;
}

function draftOf(of: Deployment, isCopy: boolean): Draft {
  return {
    name: isCopy ? `${of.name}-copy` : of.name,
    description: of.description ?? "",
    work_pool_name: of.work_pool_name ?? "",
    work_queue_name: of.work_queue_name ?? "",
    tags: of.tags,
    limit: String(of.global_concurrency_limit?.limit ?? of.concurrency_limit ?? ""),
    strategy: of.concurrency_options?.collision_strategy ?? "ENQUEUE",
    parameters: of.parameters,
    job_variables: of.job_variables,
    isEnforced: of.enforce_parameter_schema,
  };
}

function Form({ of, isCopy }: { of: Deployment; isCopy: boolean }) {
  useTitle(`${isCopy ? "Duplicate" : "Edit"} ${of.name}`);
  const [, go] = useLocation();
  const start = useMemo(() => draftOf(of, isCopy), [of.id]);
  const [draft, setDraft] = useState(start);
  const set = (next: Partial<Draft>): void => setDraft((before) => ({ ...before, ...next }));
  const [isGood, judge] = useState(true);
  const [isBroken, setBroken] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [told, setTold] = useState<Problems>(NONE);
  const done = useUnsaved(draft !== start);
  const pools = usePost<{ name: string }[]>("/work_pools/filter", {});
  const queues = usePost<{ name: string }[]>(
    draft.work_pool_name ? `/work_pools/${encodeURIComponent(draft.work_pool_name)}/queues/filter` : null,
    {},
  );
  const schema = useMemo(() => ({ type: "object", ...of.parameter_openapi_schema, required: [] }), [of]);

  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const shared = {
      description: draft.description || null,
      work_pool_name: draft.work_pool_name || null,
      work_queue_name: draft.work_pool_name ? draft.work_queue_name || null : null,
      tags: draft.tags,
      concurrency_limit: draft.limit === "" ? null : Number(draft.limit),
      concurrency_options: { collision_strategy: draft.strategy },
      parameters: draft.parameters,
      job_variables: draft.job_variables,
      enforce_parameter_schema: draft.isEnforced,
    };
    try {
      let id = of.id;
      if (isCopy) {
        const { flow_id, version, path, entrypoint, pull_steps, parameter_openapi_schema, labels, paused } = of;
        const kept = { flow_id, version, path, entrypoint, pull_steps, parameter_openapi_schema, labels, paused };
        const schedules = of.schedules.map(({ schedule, active, slug, parameters }) => ({ schedule, active, slug, parameters }));
        id = (await api<Deployment>("POST", "/deployments/", { body: { ...kept, ...shared, schedules, name: draft.name } })).id;
      } else await api("PATCH", `/deployments/${of.id}`, { body: shared });
      say(isCopy ? `${draft.name} is there.` : `${of.name} is changed.`);
      again();
      done();
      go(`/deployments/deployment/${id}`);
    } catch (error) {
      setWrong((error as Error).message);
      if (error instanceof ApiError) setTold(fromFields(error.fields, "parameters"));
    }
  };
  return (
    <div class="page">
      <form class="narrow-page stack" style="margin: 0 auto" onSubmit={(event) => void save(event)}>
        <header class="trail">
          <Link href="/deployments">Deployments</Link> / <Link href={`/deployments/deployment/${of.id}`}>{of.name}</Link> /
          <h1>{isCopy ? "Duplicate" : "Edit"}</h1>
        </header>
        <section class="panel stack" style="padding: var(--gap-4)">
          {isCopy ? (
            <TextField label="Name" value={draft.name} change={(name) => set({ name })} wrong={draft.name ? null : "needs a name"} />
          ) : (
            <p class="muted">The name stays: programs run the deployment by it.</p>
          )}
          <Field label="Description" hint="Markdown">
            {(id) => (
              <textarea id={id} class="input" rows={5} value={draft.description} onInput={(event) => set({ description: event.currentTarget.value })} />
            )}
          </Field>
          <SelectField
            label="Work pool"
            value={draft.work_pool_name}
            change={(work_pool_name) => set({ work_pool_name, work_queue_name: "" })}
            options={[["", "None"], ...(pools.data ?? []).map(({ name }) => [name, name] as const)]}
          />
          {draft.work_pool_name && (
            <SelectField
              label="Work queue"
              value={draft.work_queue_name}
              change={(work_queue_name) => set({ work_queue_name })}
              options={[["", "The default one"], ...(queues.data ?? []).map(({ name }) => [name, name] as const)]}
            />
          )}
          <TagInput label="Tags" tags={draft.tags} change={(tags) => set({ tags })} />
          <div class="row wrap" style="align-items: start">
            <TextField label="Runs at a time" type="number" value={draft.limit} change={(limit) => set({ limit })} hint="Empty: without a limit" />
            <SelectField
              label="More than that"
              value={draft.strategy}
              change={(strategy) => set({ strategy: strategy as Draft["strategy"] })}
              options={[["ENQUEUE", "wait"], ["CANCEL_NEW", "are cancelled"]]}
            />
          </div>
        </section>
        <section class="panel stack" style="padding: var(--gap-4)">
          <h2>Parameters</h2>
          <SchemaForm
            label="Parameters"
            schema={schema}
            values={draft.parameters}
            change={(update) => setDraft((before) => ({ ...before, parameters: update(before.parameters) }))}
            judge={judge}
            told={told}
            isFree={!draft.isEnforced}
          />
          <span class="row">
            <Switch label="Check parameters against the schema" isOn={draft.isEnforced} change={(isEnforced) => set({ isEnforced })} />
            Check parameters against the schema
          </span>
        </section>
        <section class="panel stack" style="padding: var(--gap-4)">
          <JsonEditor label="Job variables" value={draft.job_variables} change={(next) => set({ job_variables: (next ?? {}) as JsonObject })} broken={setBroken} />
        </section>
        {wrong && (
          <p class="problem" role="alert">
            {wrong}
          </p>
        )}
        <div class="row" style="justify-content: flex-end">
          <Link class="button" href={`/deployments/deployment/${of.id}`}>
            Leave it
          </Link>
          <button class="button primary" type="submit" disabled={!isGood || isBroken || !draft.name}>
            {isCopy ? "Make it" : "Save"}
          </button>
        </div>
      </form>
    </div>
  );
}

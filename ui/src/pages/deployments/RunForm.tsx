/** Runs a deployment with other values: parameters, time, tags, queue, job variables; or says how to do so elsewhere. */

import { useMemo, useState } from "preact/hooks";
import { Link, useLocation, useSearchParams } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError, api } from "../../api/client";
import { useGet, usePost } from "../../api/queries";
import { boot } from "../../boot";
import { Answer } from "../../parts/Answer";
import { Snippet } from "../../parts/Copy";
import { SelectField, TextField } from "../../parts/Field";
import { JsonEditor } from "../../parts/JsonEditor";
import { fromFields, NONE, type Problems } from "../../parts/schema/check";
import { definitionsOf, initial, kindOf, type JsonObject } from "../../parts/schema/model";
import { SchemaForm } from "../../parts/schema/SchemaForm";
import { Switch } from "../../parts/Switch";
import { TagInput } from "../../parts/TagInput";
import { useTitle } from "../../parts/title";
import { useUnsaved } from "../../parts/useUnsaved";
import { say } from "../../shell/Toasts";
import { NotFound } from "../NotFound";
import { asCli, asCurl, asPython, type Wanted } from "./snippets";
import type { Deployment } from "./types";

export default function RunForm({ params }: PageProps) {
  const found = useGet<Deployment>(`/deployments/${params["id"]}`);
  if (found.error instanceof ApiError && [404, 422].includes(found.error.status))
    return <NotFound what="deployment" id={params["id"] ?? ""} />;
  return <Answer of={found}>{(deployment) => <Form of={deployment} />}</Answer>;
}

const FIRST = ["amber", "bold", "calm", "deft", "eager", "fair", "glad", "keen", "lucid", "merry", "nimble", "quiet", "swift", "warm"];
const SECOND = ["badger", "condor", "dolphin", "falcon", "gecko", "heron", "ibex", "lynx", "marten", "otter", "puffin", "raven", "stoat", "wren"];
const any = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] ?? "";
const newName = (): string => `${any(FIRST)}-${any(SECOND)}`;

function given(text: string | null): JsonObject {
  try {
    return text ? (JSON.parse(text) as JsonObject) : {};
  } catch {
    return {}; // an address that somebody changed by hand: the deployment's own values hold
  }
}

function Form({ of }: { of: Deployment }) {
  useTitle(`Run ${of.name}`);
  const [, go] = useLocation();
  const [search] = useSearchParams();
  const schema = useMemo(() => ({ type: "object", ...of.parameter_openapi_schema }), [of]);
  const start = useMemo(
    () => ({ ...(initial(schema, definitionsOf(schema)) as JsonObject), ...of.parameters, ...given(search.get("parameters")) }),
    [schema],
  );
  const [parameters, setParameters] = useState<JsonObject>(start);
  const [isGood, judge] = useState(true);
  const [told, setTold] = useState<Problems>(NONE);
  const [wrong, setWrong] = useState<string | null>(null);
  const [name, setName] = useState(newName);
  const [isEnforced, enforce] = useState(of.enforce_parameter_schema);
  const [isLater, setLater] = useState(false);
  const [at, setAt] = useState("");
  const [message, setMessage] = useState("");
  const [tags, setTags] = useState<string[]>(of.tags);
  const [queue, setQueue] = useState(of.work_queue_name ?? "");
  const [retries, setRetries] = useState("");
  const [delay, setDelay] = useState("");
  const [variables, setVariables] = useState<JsonObject>({});
  const [isBroken, setBroken] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const done = useUnsaved(JSON.stringify(parameters) !== JSON.stringify(start));
  const queues = usePost<{ name: string }[]>(
    of.work_pool_name ? `/work_pools/${encodeURIComponent(of.work_pool_name)}/queues/filter` : null,
    {},
  );
  const flow = useGet<{ name: string }>(`/flows/${of.flow_id}`);

  const body: JsonObject = {
    state: {
      type: "SCHEDULED",
      ...(message ? { message } : {}),
      ...(isLater && at ? { state_details: { scheduled_time: new Date(at).toISOString() } } : {}),
    },
    parameters,
    name,
    tags,
    enforce_parameter_schema: isEnforced,
    ...(queue && queue !== of.work_queue_name ? { work_queue_name: queue } : {}),
    ...(Object.keys(variables).length > 0 ? { job_variables: variables } : {}),
    ...(retries || delay
      ? { empirical_policy: { ...(retries ? { retries: Number(retries) } : {}), ...(delay ? { retry_delay: Number(delay) } : {}) } }
      : {}),
  };
  const wanted: Wanted = {
    deployment: of.id,
    full: `${flow.data?.name ?? "flow"}/${of.name}`,
    parameters,
    at: isLater && at ? new Date(at).toISOString() : null,
    tags,
    name,
    variables,
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await api<{ id: string; name: string }>("POST", `/deployments/${of.id}/create_flow_run`, { body });
      say(`Run ${made.name} is scheduled.`);
      done();
      go(`/runs/flow-run/${made.id}`);
    } catch (error) {
      setWrong((error as Error).message);
      if (error instanceof ApiError) setTold(fromFields(error.fields, "parameters"));
    }
    setBusy(false);
  };
  const isHeld = !isGood && isEnforced;
  return (
    <div class="page">
      <div class="narrow-page stack" style="margin: 0 auto">
        <header class="row wrap">
          <span class="trail">
            <Link href="/deployments">Deployments</Link> / <Link href={`/deployments/deployment/${of.id}`}>{of.name}</Link> /
            <h1>Run</h1>
          </span>
        </header>
        <form class="panel stack" style="padding: var(--gap-4)" onSubmit={(event) => void submit(event)}>
          <div class="row" style="align-items: end">
            <span style="flex: 1">
              <TextField label="Name of the run" value={name} change={setName} />
            </span>
            <button class="button" type="button" onClick={() => setName(newName())}>
              Another name
            </button>
          </div>
          <h2>Parameters</h2>
          {schema.properties && Object.keys(schema.properties).length > 0 ? (
            <SchemaForm schema={schema} values={parameters} change={setParameters} judge={judge} told={told} label="Parameters" isFree={!isEnforced} />
          ) : (
            <p class="muted">The flow takes none.</p>
          )}
          <span class="row">
            <Switch label="Check parameters against the schema" isOn={isEnforced} change={enforce} />
            Check parameters against the schema
          </span>
          <h2>Start</h2>
          <span class="segments" role="group" aria-label="When">
            <button type="button" aria-pressed={!isLater} onClick={() => setLater(false)}>
              Now
            </button>
            <button type="button" aria-pressed={isLater} onClick={() => setLater(true)}>
              Later
            </button>
          </span>
          {isLater && <TextField label="At" type="datetime-local" value={at} change={setAt} hint="In this browser's time zone" />}
          <details>
            <summary>More options</summary>
            <div class="stack" style="padding-top: var(--gap-4)">
              <TextField label="Message" value={message} change={setMessage} hint="Stands at its first state" />
              <TagInput label="Tags" tags={tags} change={setTags} />
              {of.work_pool_name && (
                <SelectField label="Work queue" value={queue} change={setQueue} options={(queues.data ?? [{ name: queue }]).map((each) => [each.name, each.name] as const)} />
              )}
              <div class="row wrap" style="align-items: start">
                <TextField label="Retries" type="number" value={retries} change={setRetries} hint="Empty: what the flow says" />
                <TextField label="Delay of retries, seconds" type="number" value={delay} change={setDelay} />
              </div>
              <JsonEditor label="Job variables" value={variables} change={(next) => setVariables((next ?? {}) as JsonObject)} broken={setBroken} lines={4} />
            </div>
          </details>
          {wrong && (
            <p class="problem" role="alert">
              {wrong}
            </p>
          )}
          <div class="row" style="justify-content: flex-end">
            <Link class="button" href={`/deployments/deployment/${of.id}`}>
              Back
            </Link>
            <button class="button primary" type="submit" disabled={isBusy || isHeld || isBroken || (isLater && !at)}>
              {isLater ? "Plan the run" : "Run"}
            </button>
          </div>
        </form>
        <details class="panel inside" style="padding: var(--gap-4)">
          <summary>The same elsewhere</summary>
          <div class="stack" style="padding-top: var(--gap-4)">
            {Object.values(parameters).some((each) => kindOf(each) !== "plain") && (
              <p class="muted">Values that are given by a template or variable are sent as they stand here.</p>
            )}
            <h3>Command line</h3>
            <Snippet text={asCli(wanted)} />
            <h3>Python</h3>
            <Snippet text={asPython(wanted)} />
            <h3>curl</h3>
            <Snippet text={asCurl(new URL(boot.api, location.href).href, of.id, body)} />
          </div>
        </details>
      </div>
    </div>
  );
}

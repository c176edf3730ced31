/** One deployment: its runs, what comes next, how it is set up, and its schedules. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { ApiError } from "../../api/client";
import { useGet } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { useCommands } from "../../parts/commands";
import { copyText } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { Markdown } from "../../parts/Markdown";
import { Menu } from "../../parts/Menu";
import { RunsOf } from "../../parts/RunsOf";
import { fieldsOf, definitionsOf, resolved, typeName } from "../../parts/schema/model";
import { useShortcuts } from "../../parts/shortcuts";
import { Tabs } from "../../parts/Tabs";
import { Tags } from "../../parts/Tags";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import type { PageProps } from "../../app";
import { NotFound } from "../NotFound";
import { pause, remove, run } from "./doing";
import { Schedules } from "./Schedules";
import { Status } from "./Status";
import { Triggers } from "./Triggers";
import type { Deployment } from "./types";

export default function DeploymentPage({ params }: PageProps) {
  const found = useGet<Deployment>(`/deployments/${params["id"]}`);
  useLive([`deployment:${params["id"]}`], () => void found.refetch());
  if (found.error instanceof ApiError && [404, 422].includes(found.error.status))
    return <NotFound what="deployment" id={params["id"] ?? ""} />;
  return <Answer of={found}>{(deployment) => <Shown of={deployment} />}</Answer>;
}

function Shown({ of }: { of: Deployment }) {
  useTitle(of.name);
  const flow = useGet<{ id: string; name: string }>(`/flows/${of.flow_id}`);
  const [, go] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const here = `/deployments/deployment/${of.id}`;
  const runs = { deployments: { id: { any_: [of.id] } } };
  const quick = async (): Promise<void> => {
    setBusy(true);
    await run(of);
    setBusy(false);
  };
  useShortcuts({ r: () => void quick() });
  useCommands(() => [
    { name: "Run this deployment", words: "quick start", do: () => void quick() },
    { name: "Run this deployment with other parameters", words: "custom start", href: `${here}/run` },
    { name: of.paused ? "Resume this deployment" : "Pause this deployment", do: () => void pause(of, !of.paused) },
    { name: "Edit this deployment", href: `${here}/edit` },
    { name: "Duplicate this deployment", href: `${here}/duplicate` },
    { name: "Copy the id of this deployment", do: () => void copyText(of.id) },
  ]);
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/deployments">Deployments</Link> <span>/</span> <h1>{of.name}</h1>
        </span>
        <Status of={of} />
        <Tags tags={of.tags} most={5} />
        <div class="actions">
          <button class="button primary" type="button" disabled={isBusy} onClick={() => void quick()}>
            Quick run
          </button>
          <Link class="button" href={`${here}/run`}>
            Custom run
          </Link>
          <button class="button" type="button" onClick={() => void pause(of, !of.paused)}>
            {of.paused ? "Resume" : "Pause"}
          </button>
          <Menu
            label="More for this deployment"
            look="button icon"
            items={[
              { name: "Copy id", do: () => void copyText(of.id) },
              { name: "Edit", href: `${here}/edit` },
              { name: "Duplicate", href: `${here}/duplicate` },
              { name: "Delete …", isDanger: true, do: () => void remove(of, true).then((isGone) => isGone && go("/deployments")) },
            ]}
          />
        </div>
      </header>
      <div class="two-columns">
        <section class="panel inside" style="padding: var(--gap-3) var(--gap-4) var(--gap-4)">
          <Tabs
            label="About this deployment"
            tabs={[
              { name: "Runs", body: () => <RunsOf of={runs} none="It has not run yet. Quick run starts it as it is." /> },
              { name: "Upcoming", body: () => <RunsOf of={runs} isAhead none="Nothing is planned. A schedule plans runs ahead." /> },
              { name: "Parameters", body: () => <Parameters of={of} /> },
              { name: "Configuration", body: () => <Configuration of={of} /> },
              { name: "Description", body: () => <Description of={of} /> },
            ]}
          />
        </section>
        <aside class="stack" aria-label="Details">
          <Schedules of={of} />
          <Triggers of={of} />
          <section class="panel inside" style="padding: var(--gap-4)">
            <Facts
              of={[
                ["Flow", <Link key="f" href={`/flows/flow/${of.flow_id}`}>{flow.data?.name ?? of.flow_id}</Link>],
                of.work_pool_name && [
                  "Work pool",
                  <Link key="p" href={`/work-pools/work-pool/${encodeURIComponent(of.work_pool_name)}`}>{of.work_pool_name}</Link>,
                ],
                of.work_pool_name && of.work_queue_name && [
                  "Work queue",
                  <Link key="q" href={`/work-pools/work-pool/${encodeURIComponent(of.work_pool_name)}/queue/${encodeURIComponent(of.work_queue_name)}`}>
                    {of.work_queue_name}
                  </Link>,
                ],
                ["Concurrency limit", limitWords(of)],
                ["Last polled", <Time key="t" at={of.last_polled} none="never" />],
                ["Entrypoint", of.entrypoint && <code>{of.entrypoint}</code>],
                ["Path", of.path && <code>{of.path}</code>],
                ["Version", of.version],
                ["Created", <Time key="c" at={of.created} />],
                ["Created by", of.created_by?.display_value],
                ["Updated", <Time key="u" at={of.updated} />],
                ["Id", <code key="i">{of.id}</code>],
                ["Flow id", <code key="fi">{of.flow_id}</code>],
              ]}
            />
          </section>
        </aside>
      </div>
    </div>
  );
}

function limitWords(of: Deployment): string | null {
  const limit = of.global_concurrency_limit?.limit ?? of.concurrency_limit;
  if (limit == null) return null;
  const what = of.concurrency_options?.collision_strategy === "CANCEL_NEW" ? "cancels what is too much" : "lets the others wait";
  return `${limit}, ${what}`;
}

function Parameters({ of }: { of: Deployment }) {
  const schema = of.parameter_openapi_schema;
  if (!schema?.properties || Object.keys(schema.properties).length === 0)
    return <Empty title="No parameters">The flow takes none.</Empty>;
  const definitions = definitionsOf(schema);
  const show = (value: unknown) => (value === undefined ? <span class="muted">–</span> : <code>{JSON.stringify(value).slice(0, 300)}</code>);
  return (
    <div class="scroll-x">
      <table class="table">
        <thead>
          <tr>
            <th>Name</th>
            <th>Type</th>
            <th>Default</th>
            <th>Here</th>
          </tr>
        </thead>
        <tbody>
          {fieldsOf(schema).map((field) => (
            <tr key={field.name}>
              <td>
                <b>{field.name}</b>
                {field.isRequired && <span class="muted"> required</span>}
              </td>
              <td>{typeWords(field.schema, definitions)}</td>
              <td>{show(resolved(field.schema, definitions).default)}</td>
              <td>{show(of.parameters[field.name])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function typeWords(schema: Parameters<typeof typeName>[0], definitions: Parameters<typeof typeName>[1]): string {
  const full = resolved(schema, definitions);
  const plain = { ...full, title: undefined };
  return (full.anyOf ?? full.oneOf)?.map((each) => typeName(each, definitions)).join(" or ") ?? typeName(plain, definitions);
}

function Configuration({ of }: { of: Deployment }) {
  return (
    <div class="stack">
      <h3>Job variables</h3>
      {Object.keys(of.job_variables).length > 0 ? <Json value={of.job_variables} name="job-variables" /> : <p class="muted">None: those of the work pool hold.</p>}
      <h3>Pull steps</h3>
      {of.pull_steps?.length ? <Json value={of.pull_steps} name="pull-steps" /> : <p class="muted">None</p>}
      <h3>Labels</h3>
      <Json value={of.labels} name="labels" />
    </div>
  );
}

function Description({ of }: { of: Deployment }) {
  if (!of.description) return <Empty title="No description">Edit the deployment to write one, in Markdown.</Empty>;
  return <Markdown text={of.description} />;
}

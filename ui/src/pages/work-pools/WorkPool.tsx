/** One work pool: its runs, queues, workers, deployments, and what would be picked up next. */

import { useEffect } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError } from "../../api/client";
import { useGet, usePost } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { useCommands } from "../../parts/commands";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { Menu } from "../../parts/Menu";
import { RunsOf } from "../../parts/RunsOf";
import { Switch } from "../../parts/Switch";
import { Tabs } from "../../parts/Tabs";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { NotFound } from "../NotFound";
import { again, pausePool, removePool } from "./doing";
import { PoolDeployments } from "./PoolDeployments";
import { PoolStatus } from "./PoolStatus";
import { Queues } from "./Queues";
import { apiPath, poolPath, type Pool } from "./types";
import { Upcoming } from "./Upcoming";
import { Workers } from "./Workers";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export default function WorkPoolPage({ params }: PageProps) {
  const name = decodeURIComponent(params["name"] ?? "");
  return UUID.test(name) ? <ById id={name} /> : <ByName name={name} />;
}

/** Links that other programs made have an id in the place of the name. */
function ById({ id }: { id: string }) {
  const [, go] = useLocation();
  const found = usePost<Pool[]>("/work_pools/filter", { work_pools: { id: { any_: [id] } } });
  const pool = found.data?.[0];
  useEffect(() => {
    if (pool) go(poolPath(pool.name), { replace: true });
  }, [pool?.name]);
  if (found.data?.length === 0) return <ByName name={id} />;
  return <Answer of={found}>{() => null}</Answer>;
}

function ByName({ name }: { name: string }) {
  const found = useGet<Pool>(apiPath(name));
  useLive(["work-pool", "work-queue", "worker"], again);
  if (found.error instanceof ApiError && found.error.status === 404) return <NotFound what="work pool" id={name} />;
  return <Answer of={found}>{(pool) => <Shown of={pool} />}</Answer>;
}

function Shown({ of }: { of: Pool }) {
  useTitle(of.name);
  const [, go] = useLocation();
  const runs = { work_pools: { name: { any_: [of.name] } } };
  useCommands(() => [
    { name: of.is_paused ? "Resume this work pool" : "Pause this work pool", do: () => void pausePool(of, !of.is_paused) },
    { name: "Edit this work pool", href: `${poolPath(of.name)}/edit` },
  ]);
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/work-pools">Work pools</Link> <span>/</span> <h1>{of.name}</h1>
        </span>
        <PoolStatus status={of.status} />
        <div class="actions">
          <span class="row">
            Active
            <Switch label={`${of.name} is active`} isOn={!of.is_paused} change={(isOn) => void pausePool(of, !isOn)} />
          </span>
          <Link class="button" href={`${poolPath(of.name)}/edit`}>
            Edit
          </Link>
          <Menu
            label="More for this pool"
            look="button icon"
            items={[{ name: "Delete …", isDanger: true, do: () => void removePool(of).then((isGone) => isGone && go("/work-pools")) }]}
          />
        </div>
      </header>
      <div class="two-columns">
        <section class="panel" style="padding: var(--gap-3) var(--gap-4) var(--gap-4)">
          <Tabs
            label="About this pool"
            tabs={[
              { name: "Runs", body: () => <RunsOf of={runs} none="No run has gone to this pool yet." /> },
              { name: "Work Queues", body: () => <Queues pool={of} /> },
              { name: "Workers", body: () => <Workers pool={of} /> },
              { name: "Deployments", body: () => <PoolDeployments pool={of.name} /> },
              { name: "Upcoming", body: () => <Upcoming pool={of} /> },
              { name: "Configuration", body: () => <Json value={of.base_job_template} name="base-job-template" /> },
            ]}
          />
        </section>
        <aside class="panel" style="padding: var(--gap-4)" aria-label="Details">
          <Facts
            of={[
              ["Description", of.description],
              ["Type", of.type],
              ["Slots taken", `${of.active_slots ?? 0} of ${of.concurrency_limit ?? "any number"}`],
              ["Created", <Time key="c" at={of.created} />],
              ["Updated", <Time key="u" at={of.updated} />],
              ["Id", <code key="i">{of.id}</code>],
              ...defaultsOf(of),
            ]}
          />
        </aside>
      </div>
    </div>
  );
}

/** What jobs get unless a deployment says otherwise. */
function defaultsOf(of: Pool): [string, string][] {
  const fields = Object.entries(of.base_job_template.variables?.properties ?? {});
  return fields
    .filter(([, field]) => field.default != null)
    .map(([name, field]) => [field.title ?? name, JSON.stringify(field.default)]);
}

/** One work queue: its runs, what comes next, and its deployments. */

import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError } from "../../api/client";
import { useGet } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { Snippet } from "../../parts/Copy";
import { Facts } from "../../parts/Facts";
import { Menu } from "../../parts/Menu";
import { RunsOf } from "../../parts/RunsOf";
import { Switch } from "../../parts/Switch";
import { Tabs } from "../../parts/Tabs";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { NotFound } from "../NotFound";
import { again, changeQueue, removeQueue } from "./doing";
import { PoolDeployments } from "./PoolDeployments";
import { PoolStatus } from "./PoolStatus";
import { apiPath, poolPath, queuePath, type Pool, type Queue } from "./types";
import { Upcoming } from "./Upcoming";

export default function WorkQueuePage({ params }: PageProps) {
  const pool = decodeURIComponent(params["name"] ?? "");
  const queue = decodeURIComponent(params["queue"] ?? "");
  const found = useGet<Queue>(`${apiPath(pool)}/queues/${encodeURIComponent(queue)}`);
  const of = useGet<Pool>(apiPath(pool));
  useLive(["work-queue", "work-pool"], again);
  if (found.error instanceof ApiError && found.error.status === 404)
    return <NotFound what="work queue" id={`${pool}/${queue}`} />;
  return <Answer of={found}>{(each) => <Answer of={of}>{(its) => <Shown of={each} pool={its} />}</Answer>}</Answer>;
}

function Shown({ of, pool }: { of: Queue; pool: Pool }) {
  useTitle(`${pool.name} / ${of.name}`);
  const [, go] = useLocation();
  const where = { work_pools: { name: { any_: [pool.name] } }, work_pool_queues: { name: { any_: [of.name] } } };
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/work-pools">Work pools</Link> / <Link href={`${poolPath(pool.name)}?tab=Work+Queues`}>{pool.name}</Link> /
          <h1>{of.name}</h1>
        </span>
        <PoolStatus status={of.status} />
        <div class="actions">
          <span class="row">
            Active
            <Switch
              label={`${of.name} is active`}
              isOn={!of.is_paused}
              change={(isOn) => void changeQueue(pool.name, of, { is_paused: !isOn }, `${of.name} is ${isOn ? "active" : "paused"}.`)}
            />
          </span>
          <Link class="button" href={`${queuePath(pool.name, of.name)}/edit`}>
            Edit
          </Link>
          {of.id !== pool.default_queue_id && (
            <Menu
              label="More for this queue"
              look="button icon"
              items={[
                { name: "Delete …", isDanger: true, do: () => void removeQueue(pool.name, of).then((isGone) => isGone && go(poolPath(pool.name))) },
              ]}
            />
          )}
        </div>
      </header>
      <div class="two-columns">
        <section class="panel" style="padding: var(--gap-3) var(--gap-4) var(--gap-4)">
          <Tabs
            label="About this queue"
            tabs={[
              { name: "Runs", body: () => <RunsOf of={where} none="No run has gone through this queue yet." /> },
              { name: "Upcoming", body: () => <Upcoming pool={pool} queue={of.name} /> },
              { name: "Deployments", body: () => <PoolDeployments pool={pool.name} queue={of.name} /> },
            ]}
          />
        </section>
        <aside class="panel stack" style="padding: var(--gap-4)" aria-label="Details">
          {of.last_polled === null && (
            <div class="stack" style="gap: var(--gap-2)">
              <span class="muted">Nobody has asked this queue for runs. This does:</span>
              <Snippet text={`prefect worker start --pool ${JSON.stringify(pool.name)} --work-queue ${JSON.stringify(of.name)}`} />
            </div>
          )}
          <Facts
            of={[
              ["Description", of.description],
              ["Priority", of.priority],
              ["Slots taken", `${of.active_slots ?? 0} of ${of.concurrency_limit ?? "any number"}`],
              ["Last polled", <Time key="l" at={of.last_polled} none="never" />],
              ["Created", <Time key="c" at={of.created} />],
              ["Updated", <Time key="u" at={of.updated} />],
              ["Id", <code key="i">{of.id}</code>],
            ]}
          />
        </aside>
      </div>
    </div>
  );
}

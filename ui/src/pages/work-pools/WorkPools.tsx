/** All work pools, with how each is served. */

import { Link, useLocation } from "wouter-preact";

import { usePages } from "../../api/usePages";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { copyText } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Menu } from "../../parts/Menu";
import { Rows, type Column } from "../../parts/Rows";
import { Switch } from "../../parts/Switch";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { again, pausePool, removePool } from "./doing";
import { PoolStatus } from "./PoolStatus";
import { poolPath, type Pool } from "./types";

const SNIPPET = `prefect work-pool create my-pool --type process
prefect worker start --pool my-pool`;

const COLUMNS: readonly Column<Pool>[] = [
  { name: "Name", width: "minmax(4rem, 1.4fr)", cell: (pool) => <Link class="name-of" href={poolPath(pool.name)}>{pool.name}</Link> },
  { name: "Status", width: "6rem", cell: (pool) => <PoolStatus status={pool.status} /> },
  { name: "Type", width: "8rem", cell: (pool) => pool.type, from: 620 },
  {
    name: "Slots taken",
    width: "8rem",
    from: 760,
    cell: (pool) => `${pool.active_slots ?? 0} of ${pool.concurrency_limit ?? "any number"}`,
  },
  { name: "Changed", width: "8rem", cell: (pool) => <Time at={pool.updated} />, from: 900 },
  {
    name: "Active",
    width: "4rem",
    cell: (pool) => <Switch label={`${pool.name} is active`} isOn={!pool.is_paused} change={(isOn) => void pausePool(pool, !isOn)} />,
  },
  {
    name: "",
    width: "2rem",
    cell: (pool) => (
      <Menu
        label={`More for ${pool.name}`}
        items={[
          { name: "Edit", href: `${poolPath(pool.name)}/edit` },
          { name: "Copy id", do: () => void copyText(pool.id) },
          { name: "Delete …", isDanger: true, do: () => void removePool(pool) },
        ]}
      />
    ),
  },
];

export default function WorkPools() {
  useTitle("Work pools");
  const [, go] = useLocation();
  const parameters = useParams();
  const search = parameters.get("search").toLowerCase();
  const { asked: found, more } = usePages<Pool>("/work_pools/filter", {});
  useLive(["work-pool", "work-queue"], again);
  return (
    <div class="page">
      <header>
        <h1>Work pools</h1>
        <div class="actions">
          <Link class="button primary" href="/work-pools/create">
            Create work pool
          </Link>
        </div>
      </header>
      <div class="toolbar" role="search">
        <input
          class="input"
          type="search"
          aria-label="Name or type"
          placeholder="Name or type"
          value={parameters.get("search")}
          onInput={(event) => parameters.set({ search: event.currentTarget.value })}
        />
      </div>
      <section class="panel">
        <Answer of={found}>
          {(pools) => {
            const rows = pools.filter((pool) => `${pool.name} ${pool.type}`.toLowerCase().includes(search));
            if (pools.length === 0)
              return (
                <Empty title="No work pools yet" snippet={SNIPPET}>
                  A work pool says where deployments run; workers ask it for runs. This makes one and starts a worker:
                </Empty>
              );
            if (rows.length === 0) return <Empty title="None of them">No pool is called that.</Empty>;
            return <Rows columns={COLUMNS} rows={rows} label="Work pools" more={more} open={(pool) => go(poolPath(pool.name))} />;
          }}
        </Answer>
      </section>
    </div>
  );
}

/** All deployments: what they last did, when they run next, and what can be done with each. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { usePost } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { CopyButton } from "../../parts/Copy";
import { Empty } from "../../parts/Empty";
import { Menu } from "../../parts/Menu";
import { Rows, type Column } from "../../parts/Rows";
import { RunStrip } from "../../parts/RunStrip";
import { Switch } from "../../parts/Switch";
import { Tags } from "../../parts/Tags";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { Bulk } from "./Bulk";
import { changeSchedule, again, pause, remove, run } from "./doing";
import { ScheduleWords } from "./ScheduleWords";
import { Status } from "./Status";
import type { DeploymentRow } from "./types";

const SNIPPET = `from prefect import flow

@flow
def hello():
    print("hello")

hello.serve(name="first", cron="0 9 * * *")`;
const LIMIT = 100;

export default function Deployments() {
  useTitle("Deployments");
  const parameters = useParams();
  const [, go] = useLocation();
  const page = Number(parameters.get("page") || 1);
  const tags = parameters.list("tags");
  const found = usePost<{ rows: DeploymentRow[]; count: number }>(
    "/ui/deployments",
    {
      search: parameters.get("search") || null,
      tags,
      sort: parameters.get("sort") || "NAME_ASC",
      limit: LIMIT,
      offset: (page - 1) * LIMIT,
    },
    { keep: true },
  );
  useLive(["deployment"], again);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const open = (row: DeploymentRow): void => go(`/deployments/deployment/${row.id}`);
  const rows = order(found.data?.rows ?? [], parameters.get("last"));
  const selected = rows.filter(({ id }) => chosen.has(id));
  return (
    <div class="page">
      <header>
        <h1>Deployments</h1>
        <span class="muted">{found.data?.count}</span>
      </header>
      <div class="toolbar" role="search">
        <input
          class="input"
          type="search"
          aria-label="Name of a deployment or flow"
          placeholder="Name of a deployment or flow"
          value={parameters.get("search")}
          onInput={(event) => parameters.set({ search: event.currentTarget.value, page: null })}
        />
        <input
          class="input"
          aria-label="Tags, with commas between"
          placeholder="Tags"
          value={tags.join(",")}
          onChange={(event) => parameters.set({ tags: event.currentTarget.value, page: null })}
        />
        <select class="input" aria-label="Last result" value={parameters.get("last")} onChange={(event) => parameters.set({ last: event.currentTarget.value })}>
          <option value="">Any last result</option>
          <option value="FAILED">Last one failed</option>
          <option value="COMPLETED">Last one completed</option>
          <option value="NONE">Never ran</option>
        </select>
        <select class="input" aria-label="Order" value={parameters.get("sort")} onChange={(event) => parameters.set({ sort: event.currentTarget.value })}>
          <option value="">Name, A to Z</option>
          <option value="NAME_DESC">Name, Z to A</option>
          <option value="CREATED_DESC">Newest first</option>
        </select>
      </div>
      <section class="panel">
        <Answer of={found}>
          {({ count }) =>
            rows.length === 0 ? (
              parameters.text ? (
                <Empty title="None of them">No deployment fits these filters.</Empty>
              ) : (
                <Empty title="No deployments yet" snippet={SNIPPET}>
                  A deployment runs a flow on a schedule, or when it is asked to. This makes one:
                </Empty>
              )
            ) : (
              <>
                <Rows columns={COLUMNS} rows={rows} label="Deployments" height={52} open={open} chosen={chosen} choose={choose} />
                {count > LIMIT && (
                  <div class="row inside" style="padding: var(--gap-3) var(--gap-4)">
                    <button class="button small" type="button" disabled={page <= 1} onClick={() => parameters.set({ page: String(page - 1) }, true)}>
                      Back
                    </button>
                    <span class="muted">
                      {(page - 1) * LIMIT + 1}–{Math.min(page * LIMIT, count)} of {count}
                    </span>
                    <button class="button small" type="button" disabled={page * LIMIT >= count} onClick={() => parameters.set({ page: String(page + 1) }, true)}>
                      Further
                    </button>
                  </div>
                )}
              </>
            )
          }
        </Answer>
      </section>
      {selected.length > 0 && <Bulk rows={selected} clear={() => choose(new Set())} />}
    </div>
  );
}

function order(rows: readonly DeploymentRow[], last: string): readonly DeploymentRow[] {
  if (last === "") return rows;
  return rows.filter((row) => {
    const type = row.runs.findLast((each) => each.end_time !== null)?.state_type;
    return last === "NONE" ? row.runs.length === 0 : last === "FAILED" ? type === "FAILED" || type === "CRASHED" : type === last;
  });
}

const COLUMNS: readonly Column<DeploymentRow>[] = [
  {
    name: "Deployment",
    width: "minmax(9rem, 1.6fr)",
    cell: (row) => (
      <span style="display: grid; line-height: 1.25">
        <Link class="name-of cut" href={`/deployments/deployment/${row.id}`}>
          {row.name}
        </Link>
        <Link class="muted cut" href={`/flows/flow/${row.flow.id}`}>
          {row.flow.name}
        </Link>
      </span>
    ),
  },
  { name: "Status", width: "6.5rem", cell: (row) => <Status of={row} />, from: 480 },
  { name: "Last runs", width: "10rem", cell: (row) => <RunStrip runs={row.runs} label={`Last runs of ${row.name}`} />, from: 700 },
  { name: "Next", width: "6.5rem", cell: (row) => <Time at={row.next?.at} />, from: 600 },
  {
    name: "Schedules",
    width: "minmax(0, 1.3fr)",
    from: 900,
    cell: (row) => (
      <span style="display: grid; gap: 2px; line-height: 1.25">
        {row.schedules.slice(0, row.schedules.length > 2 ? 1 : 2).map((each) => (
          <span key={each.id} class="row">
            <Switch
              label={`Schedule of ${row.name}: ${each.active ? "on" : "off"}`}
              isOn={each.active}
              change={(active) => void changeSchedule(row.id, each.id, { active }, `The schedule is ${active ? "on" : "off"}.`)}
            />
            <span class="cut">
              <ScheduleWords schedule={each.schedule} />
            </span>
          </span>
        ))}
        {row.schedules.length > 2 && <span class="muted">and {row.schedules.length - 1} more</span>}
      </span>
    ),
  },
  {
    name: "Pool",
    width: "minmax(0, 0.7fr)",
    from: 1200,
    cell: (row) => row.work_pool && <Link href={`/work-pools/work-pool/${encodeURIComponent(row.work_pool.name)}`}>{row.work_pool.name}</Link>,
  },
  { name: "Tags", width: "minmax(0, 0.8fr)", from: 1100, cell: (row) => <Tags tags={row.tags} most={2} /> },
  {
    name: "",
    width: "3.5rem",
    cell: (row) => (
      <span class="row" style="gap: 0">
        <Menu
          label={`More for ${row.name}`}
          items={[
            { name: "Quick run", do: () => void run(row) },
            { name: "Custom run …", href: `/deployments/deployment/${row.id}/run` },
            { name: row.paused ? "Resume" : "Pause", do: () => void pause(row, !row.paused) },
            { name: "Edit", href: `/deployments/deployment/${row.id}/edit` },
            { name: "Duplicate", href: `/deployments/deployment/${row.id}/duplicate` },
            { name: "Delete …", isDanger: true, do: () => void remove(row, row.runs.length > 0) },
          ]}
        />
        <CopyButton text={row.id} name={`Copy the id of ${row.name}`} />
      </span>
    ),
  },
];

/** All runs: filters in the address, a chart over time, and the list of flow runs or of task runs. */

import { useEffect, useState } from "preact/hooks";

import type { FlowRunRow, TaskRunRow } from "../../api/types";
import { counted } from "../../parts/counted";
import { Loading } from "../../parts/Loading";
import { Tabs } from "../../parts/Tabs";
import { useList } from "../../parts/useList";
import { useParams } from "../../parts/useParams";
import { preferences } from "../../preferences";
import { Bulk } from "./Bulk";
import { Chart } from "./Chart";
import { bodyOf, spanOf } from "./filter";
import { Filters } from "./Filters";
import { FlowRunList } from "./FlowRunList";
import "./runs.css";
import { TaskRunList } from "./TaskRunList";

const SORTS: readonly (readonly [string, string])[] = [
  ["START_DESC", "Newest first"],
  ["START_ASC", "Oldest first"],
  ["DURATION_DESC", "Longest first"],
  ["NAME_ASC", "By name"],
];
const WEEK = 7 * 86_400_000;
const AHEAD = 3_600_000;

export default function Runs() {
  const parameters = useParams();
  const [now] = useState(() => Math.ceil(Date.now() / 60_000) * 60_000);
  useEffect(() => {
    const { filter } = preferences.value;
    if (filter && parameters.text === "") parameters.set({ ...filter.values });
  }, []);
  const body = bodyOf(parameters, now);
  const span = spanOf(parameters, now);
  return (
    <div class="page">
      <header>
        <h1>Runs</h1>
      </header>
      <Filters />
      <section class="panel inside-2" aria-label="Runs over time">
        <Chart
          body={body}
          since={span.since ? Date.parse(span.since) : now - WEEK}
          until={span.until ? Date.parse(span.until) : now + AHEAD}
          zoom={(since, until) =>
            parameters.set(
              { start: new Date(since).toISOString(), end: new Date(until).toISOString(), range: null },
              true,
            )
          }
        />
      </section>
      <Tabs
        label="Kinds of runs"
        tabs={[
          { name: "Flow Runs", body: () => <FlowRuns body={body} /> },
          { name: "Task Runs", body: () => <TaskRuns body={body} /> },
        ]}
      />
    </div>
  );
}

function FlowRuns({ body }: { body: Record<string, unknown> }) {
  const parameters = useParams();
  const sort = SORTS.find(([id]) => id === parameters.get("sort"))?.[0] ?? "START_DESC";
  const wanted = { ...body, sort };
  const list = useList<FlowRunRow>("/ui/runs", wanted);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  return (
    <>
      <section class="panel" aria-label="Flow runs">
        <header>
          <span class="muted">{list.count && `${counted(list.count)} flow runs`}</span>
          <select
            class="input"
            style="width: auto; margin-left: auto; height: 1.625rem"
            aria-label="Order"
            value={sort}
            onChange={(event) => parameters.set({ sort: event.currentTarget.value })}
          >
            {SORTS.map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </header>
        {list.isReading && list.rows.length === 0 ? (
          <Loading lines={8} />
        ) : (
          <FlowRunList list={list} chosen={chosen} choose={choose} isFiltered={Object.keys(body).length > 0} />
        )}
      </section>
      {chosen.size > 0 && <Bulk list={list} body={wanted} chosen={chosen} choose={choose} />}
    </>
  );
}

function TaskRuns({ body }: { body: Record<string, unknown> }) {
  const parameters = useParams();
  const search = parameters.get("task-run-search");
  const { flow_runs, flows, deployments } = body;
  const wanted = { flow_runs, flows, deployments, ...(search ? { task_runs: { name: { like_: search } } } : {}) };
  const list = useList<TaskRunRow>("/ui/task-runs", wanted);
  return (
    <section class="panel" aria-label="Task runs">
      <header>
        <span class="muted">{list.count && `${counted(list.count)} task runs`}</span>
        <input
          class="input"
          style="width: 13rem; margin-left: auto; height: 1.625rem"
          type="search"
          aria-label="Search task runs by name"
          placeholder="Name of a task run"
          value={search}
          onChange={(event) => parameters.set({ "task-run-search": event.currentTarget.value })}
        />
      </header>
      <TaskRunList list={list} />
    </section>
  );
}

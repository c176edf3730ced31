/** One flow: its runs over time, its deployments, and how it fares. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { ApiError, api, changed, useGet, usePost } from "../../api/queries";
import type { FlowRunRow, Point } from "../../api/types";
import type { PageProps } from "../../app";
import { Answer } from "../../parts/Answer";
import { ask } from "../../parts/ask";
import { counted } from "../../parts/counted";
import { Empty } from "../../parts/Empty";
import { Facts } from "../../parts/Facts";
import { Loading } from "../../parts/Loading";
import { Menu } from "../../parts/Menu";
import { RunStrip } from "../../parts/RunStrip";
import { Tabs } from "../../parts/Tabs";
import { Tags } from "../../parts/Tags";
import { duration } from "../../parts/time";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useList } from "../../parts/useList";
import { useParams } from "../../parts/useParams";
import { act } from "../../shell/Toasts";
import { NotFound } from "../NotFound";
import { Chart } from "../runs/Chart";
import { spanOf } from "../runs/filter";
import { FlowRunList } from "../runs/FlowRunList";
import { Range } from "../runs/Range";
import "../runs/runs.css";
import { summary } from "./summary";

interface Flow {
  id: string;
  name: string;
  created: string;
  updated: string;
  tags: string[];
}

const WEEK = 7 * 86_400_000;

export default function FlowPage({ params }: PageProps) {
  const id = params["id"] ?? "";
  const flow = useGet<Flow>(`/flows/${id}`);
  useTitle(flow.data?.name ?? "");
  if (flow.error instanceof ApiError && [404, 422].includes(flow.error.status)) return <NotFound what="flow" id={id} />;
  return (
    <div class="page">
      <Answer of={flow}>{(told) => <Told flow={told} />}</Answer>
    </div>
  );
}

function Told({ flow }: { flow: Flow }) {
  const parameters = useParams();
  const [, go] = useLocation();
  const [now] = useState(() => Math.ceil(Date.now() / 60_000) * 60_000);
  const span = spanOf(parameters, now);
  const body = {
    flows: { id: { any_: [flow.id] } },
    ...(span.since || span.until
      ? { flow_runs: { start_time: { ...(span.since ? { after_: span.since } : {}), ...(span.until ? { before_: span.until } : {}) } } }
      : {}),
  };
  const list = useList<FlowRunRow>("/ui/runs", { ...body, limit: 100 });
  const found = summary(list.rows);
  const remove = async (): Promise<void> => {
    const text = "Its deployments and all its runs with task runs and logs go with it. This cannot be undone.";
    if (!(await ask({ title: `Delete ${flow.name}?`, text, yes: "Delete", type: flow.name }))) return;
    if (await act(() => api("DELETE", `/flows/${flow.id}`), `${flow.name} is deleted.`)) {
      changed("/ui/flows");
      go("/flows");
    }
  };
  return (
    <>
      <header>
        <div class="trail">
          <Link href="/flows">Flows</Link>
          <span aria-hidden>›</span>
          <h1>{flow.name}</h1>
        </div>
        <div class="actions">
          <Range />
          <Menu label="More actions" look="button icon" items={[{ name: "Delete", do: () => void remove(), isDanger: true }]} />
        </div>
      </header>
      <section class="panel inside-2" aria-label="Runs over time">
        <Chart
          body={body}
          since={span.since ? Date.parse(span.since) : now - WEEK}
          until={span.until ? Date.parse(span.until) : now}
          zoom={(since, until) =>
            parameters.set({ start: new Date(since).toISOString(), end: new Date(until).toISOString(), range: null }, true)
          }
        />
      </section>
      <Facts
        isRow
        of={[
          ["Runs", counted(list.count)],
          ["Successful", found.ended > 0 ? `${Math.round(found.success * 100)} % of the last ${found.ended}` : "–"],
          ["Median duration", duration(found.median)],
          ["95 % take at most", duration(found.high)],
          flow.tags.length > 0 && ["Tags", <Tags key="t" tags={flow.tags} />],
        ]}
      />
      <Tabs
        label="About this flow"
        tabs={[
          {
            name: "Runs",
            count: counted(list.count),
            body: () => (
              <section class="panel">
                {list.isReading && list.rows.length === 0 ? <Loading lines={6} /> : <FlowRunList list={list} isFiltered />}
              </section>
            ),
          },
          { name: "Deployments", body: () => <Deployments flow={flow.id} /> },
          {
            name: "Details",
            body: () => (
              <section class="panel inside-2">
                <Facts
                  isRow
                  of={[
                    ["Flow id", <code key="i">{flow.id}</code>],
                    ["Created", <Time key="c" at={flow.created} />],
                    ["Updated", <Time key="u" at={flow.updated} />],
                  ]}
                />
              </section>
            ),
          },
        ]}
      />
    </>
  );
}

interface DeploymentRow {
  id: string;
  name: string;
  runs: Point[];
  tags: string[];
  next: { at: string | null } | null;
}

function Deployments({ flow }: { flow: string }) {
  const asked = usePost<{ rows: DeploymentRow[] }>("/ui/deployments", { flow_id: flow, limit: 200 });
  return (
    <Answer of={asked}>
      {({ rows }) =>
        rows.length === 0 ? (
          <Empty title="No deployments" snippet="if __name__ == '__main__':\n    my_flow.serve(name='nightly', cron='0 2 * * *')">
            A deployment lets a flow run on a schedule, or when somebody asks for it:
          </Empty>
        ) : (
          <section class="panel scroll-x" tabIndex={0} aria-label="Deployments">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Deployment</th>
                  <th scope="col">Last runs</th>
                  <th scope="col">Next run</th>
                  <th scope="col">Tags</th>
                  <th scope="col">
                    <span class="hidden-text">Run</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <td>
                      <Link class="name-of" href={`/deployments/deployment/${row.id}`}>
                        {row.name}
                      </Link>
                    </td>
                    <td>
                      <RunStrip runs={row.runs} label={`Last runs of ${row.name}`} />
                    </td>
                    <td>
                      <Time at={row.next?.at} />
                    </td>
                    <td>
                      <Tags tags={row.tags} />
                    </td>
                    <td class="number">
                      <Link class="button small" href={`/deployments/deployment/${row.id}/run`}>
                        Run
                      </Link>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )
      }
    </Answer>
  );
}

/** One task run: its state, its log, what it was called with, and its neighbours. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { ApiError, changed, useGet } from "../../api/queries";
import type { PageProps } from "../../app";
import { useLive } from "../../live/stream";
import { Logs } from "../../logs/Logs";
import { Answer } from "../../parts/Answer";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { StateBadge } from "../../parts/StateBadge";
import { States } from "../../parts/States";
import { Tabs } from "../../parts/Tabs";
import { Tags } from "../../parts/Tags";
import { duration } from "../../parts/time";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { Artifacts } from "../flow-run/Artifacts";
import { Result } from "../flow-run/Result";
import "../flow-run/flow-run.css";
import { NotFound } from "../NotFound";
import { Actions } from "./Actions";
import { Neighbours } from "./Neighbours";
import type { TaskRunView } from "./types";

const ENDED: readonly (string | null)[] = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"];

export default function TaskRun({ params }: PageProps) {
  const id = params["id"] ?? "";
  const [, go] = useLocation();
  const view = useGet<TaskRunView>(`/ui/task-runs/${id}/view`);
  const flowRun = view.data?.flow_run?.id;
  useLive(flowRun ? [`tasks:${flowRun}`] : ["task-run"], () => changed(`/ui/task-runs/${id}`));
  useTitle(view.data ? view.data.run.name : "", view.data?.run.state_type);
  const [renews] = useState(() => () => changed(`/ui/task-runs/${id}`, "/ui/task-runs"));
  if (view.error instanceof ApiError && [404, 422].includes(view.error.status)) return <NotFound what="task run" id={id} />;
  return (
    <div class="page">
      <Answer of={view}>
        {(told) => (
          <>
            <header>
              <div class="trail">
                {told.flow && <Link href={`/flows/flow/${told.flow.id}`}>{told.flow.name}</Link>}
                {told.flow_run && (
                  <>
                    <span aria-hidden>›</span>
                    <Link href={`/runs/flow-run/${told.flow_run.id}?node=${id}`}>{told.flow_run.name}</Link>
                  </>
                )}
                <span aria-hidden>›</span>
                <h1>{told.run.name}</h1>
              </div>
              <StateBadge type={told.run.state_type} name={told.run.state_name} />
              <Actions run={told.run} renew={renews} gone={() => go(flowRun ? `/runs/flow-run/${flowRun}` : "/runs")} />
            </header>
            <Told view={told} />
          </>
        )}
      </Answer>
    </div>
  );
}

function Told({ view }: { view: TaskRunView }) {
  const { run } = view;
  const neighbours = view.upstream.length + view.downstream.length;
  const failed = run.state_type === "FAILED" || run.state_type === "CRASHED";
  return (
    <>
      {failed && run.state?.message && (
        <section class="notice failed" aria-label="What went wrong">
          <p class="said">{run.state.message}</p>
        </section>
      )}
      <Facts
        isRow
        of={[
          ["Start", <Time key="s" at={run.start_time ?? run.expected_start_time} />],
          ["Duration", duration(run.estimated_run_time)],
          ["Run count", run.run_count],
          ["Retries", run.empirical_policy.retries ?? 0],
          ["Late by", duration(Math.max(0, run.estimated_start_time_delta))],
          run.tags.length > 0 && ["Tags", <Tags key="t" tags={run.tags} most={6} />],
        ]}
      />
      <Tabs
        label="About this task run"
        tabs={[
          {
            name: "Logs",
            body: () => (
              <Logs
                taskRun={run.id}
                within={view.flow_run?.id}
                isOver={ENDED.includes(run.state_type)}
                start={run.start_time}
                states={view.states}
              />
            ),
          },
          { name: "Artifacts", body: () => <Artifacts taskRun={run.id} /> },
          { name: "Task Inputs", body: () => <Json value={run.task_inputs} name="task-inputs" /> },
          { name: "Neighbours", count: neighbours || null, body: () => <Neighbours view={view} /> },
          { name: "States", count: view.states.length, body: () => <States states={view.states} /> },
          { name: "Result", body: () => <Result data={run.state?.data ?? null} isOver={ENDED.includes(run.state_type)} /> },
          { name: "Details", body: () => <Details view={view} /> },
        ]}
      />
    </>
  );
}

function Details({ view: { run } }: { view: TaskRunView }) {
  return (
    <section class="panel inside-2">
      <Facts
        isRow
        of={[
          ["Task run id", <code key="i">{run.id}</code>],
          ["Task key", <code key="k">{run.task_key}</code>],
          ["Dynamic key", <code key="d">{run.dynamic_key}</code>],
          ["Version", run.task_version],
          ["Cache key", run.cache_key && <code>{run.cache_key}</code>],
          ["Cache ends", <Time key="c" at={run.cache_expiration} none="–" />],
          ["Retry delay", run.empirical_policy.retry_delay == null ? "none" : `${JSON.stringify(run.empirical_policy.retry_delay)} s`],
          ["Retry jitter", run.empirical_policy.retry_jitter_factor],
          ["Created", <Time key="e" at={run.created} />],
          ["Updated", <Time key="u" at={run.updated} />],
          ["End", <Time key="n" at={run.end_time} none="not yet" />],
        ]}
      />
    </section>
  );
}

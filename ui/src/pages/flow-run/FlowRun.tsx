/** One flow run: what it is, why it failed or waits, its timeline, and all that belongs to it. */

import { Link } from "wouter-preact";

import { useGet, changed, ApiError } from "../../api/queries";
import type { FlowRunView } from "../../api/types";
import type { PageProps } from "../../app";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { ErrorBoundary } from "../../parts/ErrorBoundary";
import { Facts } from "../../parts/Facts";
import { Json } from "../../parts/Json";
import { StateBadge } from "../../parts/StateBadge";
import { Tabs } from "../../parts/Tabs";
import { Tags } from "../../parts/Tags";
import { TaskBar } from "../../parts/TaskBar";
import { duration } from "../../parts/time";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { NotFound } from "../NotFound";
import { Actions } from "./Actions";
import { Artifacts } from "./Artifacts";
import { Details } from "./Details";
import { Events } from "./Events";
import { Failure } from "./Failure";
import "./flow-run.css";
import { LazyTimeline } from "./LazyTimeline";
import { Logs } from "../../logs/Logs";
import { Result } from "./Result";
import { SubflowRuns, TaskRuns } from "./Parts";
import { Why } from "./Why";

const WAITS: readonly (string | null)[] = ["SCHEDULED", "PENDING", "PAUSED"];
const ENDED: readonly (string | null)[] = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"];

export default function FlowRun({ params }: PageProps) {
  const id = params["id"] ?? "";
  const path = `/ui/flow-runs/${id}`;
  const view = useGet<FlowRunView>(`${path}/view`);
  useLive([`flow-run:${id}`, `tasks:${id}`], () => changed(`${path}/view`));
  useTitle(view.data ? view.data.run.name : "", view.data?.run.state_type);
  if (view.error instanceof ApiError && [404, 422].includes(view.error.status)) return <NotFound what="flow run" id={id} />;
  return (
    <div class="page">
      <Answer of={view}>{(told) => <Told view={told} />}</Answer>
    </div>
  );
}

function Told({ view }: { view: FlowRunView }) {
  const { run } = view;
  const total = Object.values(view.task_counts).reduce((sum, count) => sum + count, 0);
  const isOver = ENDED.includes(run.state_type);
  return (
    <>
      <header>
        <div class="trail">
          {view.flow && <Link href={`/flows/flow/${view.flow.id}`}>{view.flow.name}</Link>}
          <span aria-hidden>›</span>
          <h1>{run.name}</h1>
        </div>
        <StateBadge type={run.state_type} name={run.state_name} />
        <Actions view={view} />
      </header>
      <Facts
        isRow
        of={[
          ["Start", <Time key="s" at={run.start_time ?? run.expected_start_time} />],
          ["Duration", duration(run.estimated_run_time)],
          ["Task runs", <TaskBar key="t" counts={view.task_counts} />],
          view.deployment && [
            "Deployment",
            <Link key="d" href={`/deployments/deployment/${view.deployment.id}`}>
              {view.deployment.name}
            </Link>,
          ],
          view.work_pool && [
            "Work pool",
            <Link key="p" href={`/work-pools/work-pool/${encodeURIComponent(view.work_pool)}`}>
              {view.work_pool}
              {run.work_queue_name && ` / ${run.work_queue_name}`}
            </Link>,
          ],
          view.parent && [
            "Parent run",
            <Link key="r" href={`/runs/flow-run/${view.parent.id}`}>
              {view.parent.name}
            </Link>,
          ],
          run.created_by && ["Created by", run.created_by.display_value ?? run.created_by.type],
          run.tags.length > 0 && ["Tags", <Tags key="g" tags={run.tags} most={6} />],
        ]}
      />
      {view.failure && <Failure failure={view.failure} />}
      {WAITS.includes(run.state_type) && <Why id={run.id} at={view.states[view.states.length - 1]?.id ?? ""} />}
      {total > 0 && (
        <ErrorBoundary>
          <LazyTimeline id={run.id} isOver={isOver} />
        </ErrorBoundary>
      )}
      <Tabs
        label="About this run"
        tabs={[
          { name: "Logs", body: () => <Logs flowRun={run.id} isOver={isOver} start={run.start_time} states={view.states} /> },
          { name: "Task Runs", count: total, body: () => <TaskRuns id={run.id} /> },
          { name: "Subflow Runs", count: view.subflows || null, body: () => <SubflowRuns id={run.id} /> },
          { name: "Artifacts", count: view.artifacts || null, body: () => <Artifacts flowRun={run.id} /> },
          { name: "Details", body: () => <Details view={view} /> },
          { name: "Parameters", body: () => <Json value={run.parameters} name="parameters" /> },
          { name: "Job Variables", body: () => <Json value={run.job_variables ?? {}} name="job-variables" /> },
          { name: "Result", body: () => <Result data={run.state?.data ?? null} isOver={isOver} /> },
          { name: "Events", body: () => <Events resource={`prefect.flow-run.${run.id}`} /> },
        ]}
      />
    </>
  );
}

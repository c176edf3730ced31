/** The task runs and the flow runs that a flow run consists of. */

import type { FlowRunRow, TaskRunRow } from "../../api/types";
import { useLive } from "../../live/stream";
import { Empty } from "../../parts/Empty";
import { Loading } from "../../parts/Loading";
import { useList } from "../../parts/useList";
import { useParams } from "../../parts/useParams";
import { FlowRunList } from "../runs/FlowRunList";
import { TaskRunList } from "../runs/TaskRunList";

export function TaskRuns({ id }: { id: string }) {
  const parameters = useParams();
  const search = parameters.get("task-run-search");
  const list = useList<TaskRunRow>("/ui/task-runs", {
    task_runs: { flow_run_id: { any_: [id] }, ...(search ? { name: { like_: search } } : {}) },
  });
  useLive([`tasks:${id}`], () => scrollY < innerHeight * 2 && list.again());
  return (
    <section class="panel">
      <header>
        <input
          class="input"
          style="max-width: 16rem"
          type="search"
          aria-label="Search task runs by name"
          placeholder="Name of a task run"
          value={search}
          onChange={(event) => parameters.set({ "task-run-search": event.currentTarget.value })}
        />
      </header>
      <TaskRunList list={list} isOfOneRun />
    </section>
  );
}

export function SubflowRuns({ id }: { id: string }) {
  const list = useList<FlowRunRow>("/ui/runs", { flow_runs: { parent_flow_run_id: { any_: [id] } } });
  if (list.rows.length === 0) {
    if (list.isReading) return <Loading />;
    return <Empty title="No subflow runs">A flow that is called inside of this one is listed here.</Empty>;
  }
  return (
    <section class="panel">
      <FlowRunList list={list} />
    </section>
  );
}

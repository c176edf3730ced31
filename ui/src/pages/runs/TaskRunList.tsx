/** The list of task runs: one line each, read on while it is scrolled. */

import { Link, useLocation } from "wouter-preact";

import type { TaskRunRow } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { Loading } from "../../parts/Loading";
import { Problem } from "../../parts/Problem";
import { Rows, type Column } from "../../parts/Rows";
import { StateBadge } from "../../parts/StateBadge";
import { Tags } from "../../parts/Tags";
import { duration } from "../../parts/time";
import { Time } from "../../parts/Time";
import type { List } from "../../parts/useList";

const STATE: Column<TaskRunRow> = {
  name: "State",
  width: "8.5rem",
  cell: (run) => <StateBadge type={run.state_type} name={run.state_name} />,
};
const NAME: Column<TaskRunRow> = {
  name: "Task run",
  width: "minmax(8rem, 1.4fr)",
  cell: (run) => (
    <Link class="name-of" href={`/runs/task-run/${run.id}`}>
      {run.name}
    </Link>
  ),
};
const OF: Column<TaskRunRow> = {
  name: "Flow run",
  width: "minmax(0, 1.4fr)",
  from: 560,
  cell: (run) =>
    run.flow_run && (
      <>
        {run.flow && (
          <Link class="name-of" href={`/flows/flow/${run.flow.id}`}>
            {run.flow.name}
          </Link>
        )}
        <Link class="name-of" href={`/runs/flow-run/${run.flow_run.id}`}>
          {run.flow_run.name}
        </Link>
      </>
    ),
};
const REST: readonly Column<TaskRunRow>[] = [
  { name: "Start", width: "6.5rem", cell: (run) => <Time at={run.start_time ?? run.expected_start_time} />, from: 480 },
  { name: "Duration", width: "5.5rem", cell: (run) => duration(run.duration), from: 640 },
  { name: "Runs", width: "3rem", cell: (run) => run.run_count, from: 900 },
  { name: "Tags", width: "minmax(0, 1fr)", cell: (run) => <Tags tags={run.tags} />, from: 1000 },
];

export function TaskRunList({ list, isOfOneRun = false }: { list: List<TaskRunRow>; isOfOneRun?: boolean }) {
  const [, go] = useLocation();
  if (list.error && list.rows.length === 0) return <Problem error={list.error} again={list.again} />;
  if (list.rows.length === 0) {
    if (list.isReading) return <Loading lines={6} />;
    return <Empty title="No task runs">Tasks that a flow calls are listed here as they begin.</Empty>;
  }
  return (
    <Rows
      columns={isOfOneRun ? [STATE, NAME, ...REST] : [STATE, NAME, OF, ...REST]}
      rows={list.rows}
      label="Task runs"
      more={list.hasMore ? list.more : undefined}
      open={(run) => go(`/runs/task-run/${run.id}`)}
    />
  );
}

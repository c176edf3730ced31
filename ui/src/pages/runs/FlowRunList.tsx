/** The list of flow runs: one line each, live, read on while it is scrolled. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import type { FlowRunRow } from "../../api/types";
import { useLive } from "../../live/stream";
import { Empty } from "../../parts/Empty";
import { Problem } from "../../parts/Problem";
import { Rows, type Column } from "../../parts/Rows";
import { StateBadge, type StateType } from "../../parts/StateBadge";
import { Tags } from "../../parts/Tags";
import { TaskBar } from "../../parts/TaskBar";
import { duration } from "../../parts/time";
import { Time } from "../../parts/Time";
import type { List } from "../../parts/useList";

const TOPICS = ["flow-run"];

const COLUMNS: readonly Column<FlowRunRow>[] = [
  {
    name: "State",
    width: "8.5rem",
    cell: (run) => <StateBadge type={run.state_type} name={run.state_name} />,
  },
  {
    name: "Run",
    width: "minmax(9rem, 2.2fr)",
    cell: (run) => (
      <>
        {run.flow && (
          <Link class="name-of" href={`/flows/flow/${run.flow.id}`}>
            {run.flow.name}
          </Link>
        )}
        <Link class="name-of" href={`/runs/flow-run/${run.id}`}>
          {run.name}
        </Link>
      </>
    ),
  },
  { name: "Start", width: "6.5rem", cell: (run) => <Time at={run.start_time ?? run.expected_start_time} />, from: 480 },
  { name: "Duration", width: "5.5rem", cell: (run) => duration(run.duration), from: 560 },
  { name: "Tasks", width: "8rem", cell: (run) => <TaskBar counts={run.task_counts} />, from: 760 },
  {
    name: "Log",
    width: "4rem",
    from: 1100,
    cell: (run) => (
      <>
        {run.errors > 0 && <span title={`${run.errors} errors in the log`} style="color: var(--failed)">{run.errors} E </span>}
        {run.warnings > 0 && <span title={`${run.warnings} warnings in the log`} style="color: var(--scheduled)">{run.warnings} W</span>}
      </>
    ),
  },
  {
    name: "Deployment",
    width: "minmax(0, 1fr)",
    from: 1000,
    cell: (run) =>
      run.deployment && <Link href={`/deployments/deployment/${run.deployment.id}`}>{run.deployment.name}</Link>,
  },
  {
    name: "Pool",
    width: "minmax(0, 0.7fr)",
    from: 1300,
    cell: (run) => run.work_pool && <Link href={`/work-pools/work-pool/${run.work_pool}`}>{run.work_pool}</Link>,
  },
  {
    name: "Parameters",
    width: "minmax(0, 1fr)",
    from: 1500,
    cell: (run) => run.parameters !== "{}" && <code class="muted">{run.parameters}</code>,
  },
  { name: "Tags", width: "minmax(0, 1fr)", from: 1150, cell: (run) => <Tags tags={run.tags} most={2} /> },
];

interface Props {
  list: List<FlowRunRow>;
  chosen?: ReadonlySet<string>;
  choose?: (ids: ReadonlySet<string>) => void;
  isFiltered?: boolean;
}

const SCROLLED = 40;
const FIRST_FLOW = `from prefect import flow

@flow
def hello():
    print("Hello")

hello()`;

export function FlowRunList({ list, chosen, choose, isFiltered = false }: Props) {
  const [, go] = useLocation();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useLive(TOPICS, (patches) => {
    const changes = new Map(patches.map((patch) => [patch.subject, patch.body]));
    const known = new Set(list.rows.map((row) => row.id));
    list.patch((row) => {
      const change = changes.get(row.id);
      return change ? { ...row, ...(change as { state_type: StateType }) } : row;
    });
    const unknown = [...changes.keys()].filter((id) => !known.has(id));
    if (unknown.length === 0 && patches.length > 0) return;
    // a list that is scrolled stays; at its head it shows what is new
    if (scrollY < SCROLLED) list.again();
    else setFresh((before) => new Set([...before, ...unknown]));
  });
  if (list.error && list.rows.length === 0) return <Problem error={list.error} again={list.again} />;
  if (list.rows.length === 0) {
    if (isFiltered) return <Empty title="No run fits">Loosen the filters above, or clear them.</Empty>;
    return (
      <Empty title="No runs yet" snippet={FIRST_FLOW}>
        Each call of a flow is a run. This is all that it takes:
      </Empty>
    );
  }
  const renew = (): void => {
    setFresh(new Set());
    list.again();
    scrollTo({ top: 0 });
  };
  return (
    <>
      {fresh.size > 0 && (
        <div class="news">
          <button class="button small primary" type="button" onClick={renew}>
            {fresh.size} new
          </button>
        </div>
      )}
      <Rows
        columns={COLUMNS}
        rows={list.rows}
        label="Flow runs"
        more={list.hasMore ? list.more : undefined}
        open={(run) => go(`/runs/flow-run/${run.id}`)}
        chosen={chosen}
        choose={choose}
      />
    </>
  );
}

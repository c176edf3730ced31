/** Flow runs of the board in five groups of states, and the flows or deployments that they are of. */

import { Link } from "wouter-preact";

import { number } from "../../parts/counted";
import type { StateType } from "../../parts/StateBadge";
import { TaskBar } from "../../parts/TaskBar";
import { Time } from "../../parts/Time";
import { useParams } from "../../parts/useParams";
import type { Board, Counts, Group } from "./types";

const GROUPS: readonly (readonly [string, string, string, readonly StateType[]])[] = [
  ["failed", "Failed", "failed", ["FAILED", "CRASHED"]],
  ["running", "Running", "running", ["RUNNING", "PENDING", "CANCELLING"]],
  ["completed", "Completed", "completed", ["COMPLETED"]],
  ["scheduled", "Scheduled", "scheduled", ["SCHEDULED", "PAUSED"]],
  ["cancelled", "Cancelled", "cancelled", ["CANCELLED"]],
];
const MOST = 12;

function count(counts: Counts, types: readonly StateType[]): number {
  return types.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
}

export function FlowRuns({ board, since }: { board: Board; since: string }) {
  const parameters = useParams();
  const counts = board.flow_runs.counts;
  const first = GROUPS.find(([, , , types]) => count(counts, types) > 0)?.[0] ?? "completed";
  const [id, , , types] = GROUPS.find(([name]) => name === parameters.get("group")) ??
    GROUPS.find(([name]) => name === first) ?? ["completed", "", "", ["COMPLETED"] as const];
  const by = parameters.get("by") === "deployments" ? "deployments" : "flows";
  const rows = board[by]
    .filter((row) => count(row.counts, types) > 0)
    .sort((one, other) => count(other.counts, types) - count(one.counts, types));
  return (
    <>
      <div class="groups" role="group" aria-label="States">
        {GROUPS.map(([name, title, colour, each]) => (
          <button
            key={name}
            type="button"
            class="group-of-states"
            aria-pressed={name === id}
            style={`--colour: var(--${colour}); --fill: var(--${colour}-fill)`}
            onClick={() => parameters.set({ group: name })}
          >
            <b>{number(count(counts, each))}</b>
            <span>{title}</span>
          </button>
        ))}
      </div>
      <div class="row apart">
        <h3>{by === "flows" ? "By flow" : "By deployment"}</h3>
        <button
          class="button quiet small"
          type="button"
          onClick={() => parameters.set({ by: by === "flows" ? "deployments" : null })}
        >
          {by === "flows" ? "By deployment" : "By flow"}
        </button>
      </div>
      <ul class="stack" style="gap: 2px">
        {rows.slice(0, MOST).map((row) => (
          <Row key={row.id} row={row} by={by} types={types} since={since} />
        ))}
        {rows.length === 0 && <li class="muted">None in this time.</li>}
      </ul>
    </>
  );
}

interface RowProps {
  row: Group;
  by: "flows" | "deployments";
  types: readonly StateType[];
  since: string;
}

function Row({ row, by, types, since }: RowProps) {
  const found = count(row.counts, types);
  const query = new URLSearchParams({ [by]: row.id, state: types.join(","), start: since });
  return (
    <li class="board-row">
      <Link class="name-of cut" href={by === "flows" ? `/flows/flow/${row.id}` : `/deployments/deployment/${row.id}`}>
        {row.name}
      </Link>
      <TaskBar counts={row.counts} what="Runs" />
      <span class="muted board-time">
        <Time at={row.last} />
      </span>
      <Link class="button small" href={`/runs?${query}`}>
        {number(found)} {found === 1 ? "run" : "runs"}
      </Link>
    </li>
  );
}

/** What happened lately, and what needs attention. */

import { useEffect, useRef, useState } from "preact/hooks";

import { changed, usePost } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { number } from "../../parts/counted";
import { Empty } from "../../parts/Empty";
import { StateColumns } from "../../parts/StateColumns";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { RANGES } from "../runs/filter";
import { Attention } from "./Attention";
import "./dashboard.css";
import { FlowRuns } from "./FlowRuns";
import { Pools } from "./Pools";
import type { Board } from "./types";

const STEPS = 60;
const MINUTE = 60_000;
const NOT_MORE_OFTEN = 1_500;
const START = `from prefect import flow

@flow(log_prints=True)
def hello(name: str = "world"):
    print(f"Hello {name}")

hello()`;

/** The end of the range: the end of this minute, so that the question changes once a minute at most. */
function useNow(): number {
  const next = (): number => Math.ceil((Date.now() + 1) / MINUTE) * MINUTE;
  const [now, set] = useState(next);
  useEffect(() => {
    const tick = setInterval(() => !document.hidden && set(next()), MINUTE);
    return () => clearInterval(tick);
  }, []);
  return now;
}

export default function Dashboard() {
  const parameters = useParams();
  const now = useNow();
  const range = RANGES[parameters.get("range")] ? parameters.get("range") : "24h";
  const hides = parameters.get("hide-subflows") === "true";
  const since = new Date(now - (RANGES[range]?.[1] ?? 86_400) * 1000).toISOString();
  const board = usePost<Board>(
    "/ui/dashboard",
    {
      since,
      until: new Date(now).toISOString(),
      tags: parameters.list("tags"),
      hide_subflows: hides,
      columns: STEPS,
    },
    { keep: true },
  );
  useTitle("Dashboard");
  const waits = useRef<ReturnType<typeof setTimeout> | null>(null);
  useLive(["flow-run"], () => {
    // many runs change at once: the board is read when it is quiet for a moment, and not more often than that
    waits.current ??= setTimeout(() => {
      waits.current = null;
      changed("/ui/dashboard");
    }, board.data ? Math.min(NOT_MORE_OFTEN, 400) : 0);
  });
  return (
    <div class="page">
      <header>
        <h1>Dashboard</h1>
        <div class="filters" style="margin-left: auto" role="search" aria-label="What the dashboard shows">
          <input
            class="input"
            style="width: 10rem; height: 1.625rem"
            aria-label="Tags, with commas"
            placeholder="Tags"
            value={parameters.get("tags")}
            onChange={(event) => parameters.set({ tags: event.currentTarget.value })}
          />
          <button
            type="button"
            class={`button small ${hides ? "chip-on" : ""}`}
            aria-pressed={hides}
            onClick={() => parameters.set({ "hide-subflows": hides ? null : "true" })}
          >
            Hide subflows
          </button>
          <select
            class="input"
            style="width: auto; height: 1.625rem; padding: 0 var(--gap-2)"
            aria-label="Time"
            value={range}
            onChange={(event) => parameters.set({ range: event.currentTarget.value })}
          >
            {Object.entries(RANGES).map(([id, [name]]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </div>
      </header>
      <Answer of={board}>{(told) => <Told board={told} since={since} />}</Answer>
    </div>
  );
}

function Told({ board, since }: { board: Board; since: string }) {
  const runs = Object.values(board.flow_runs.counts).reduce((sum, count) => sum + count, 0);
  const tasks = Object.values(board.task_runs.counts).reduce((sum, count) => sum + count, 0);
  const share = (state: "COMPLETED" | "FAILED"): string => {
    const count = board.task_runs.counts[state] ?? 0;
    return `${number(count)} ${state.toLowerCase()} (${tasks > 0 ? Math.round((count / tasks) * 100) : 0} %)`;
  };
  return (
    <div class="board">
      <div class="stack">
        <section class="panel" aria-label="Flow runs">
          <header>
            <h2>Flow runs</h2>
            <span class="big" style="margin-left: auto">
              {number(runs)}
            </span>
          </header>
          <div class="inside stack">
            {runs === 0 ? (
              <Empty title="Nothing ran in this time" snippet={START}>
                A first flow to run:
              </Empty>
            ) : (
              <>
                <StateColumns
                  columns={board.flow_runs.columns}
                  steps={STEPS}
                  label={`${runs} flow runs over time by state`}
                  height={88}
                />
                <FlowRuns board={board} since={since} />
              </>
            )}
          </div>
        </section>
        <section class="panel" aria-label="Task runs">
          <header>
            <h2>Task runs</h2>
            <span class="muted">
              {share("COMPLETED")}, {share("FAILED")}
            </span>
            <span class="big" style="margin-left: auto">
              {number(tasks)}
            </span>
          </header>
          <div class="inside">
            <StateColumns columns={board.task_runs.columns} steps={STEPS} label={`${tasks} task runs over time by state`} />
          </div>
        </section>
      </div>
      <div class="stack">
        <Attention board={board} />
        <Pools pools={board.work_pools} />
      </div>
    </div>
  );
}

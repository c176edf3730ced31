/** Planned and past runs of deployments over days: what comes, what is late, what gets in each other's way. */

import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { changed, useGet } from "../../api/queries";
import { useLive } from "../../live/stream";
import { Answer } from "../../parts/Answer";
import { useCanvas } from "../../parts/canvas";
import { Empty } from "../../parts/Empty";
import { colourOf, StateBadge } from "../../parts/StateBadge";
import { absolute } from "../../parts/time";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import { days, lanes, type Lane, type PlannedRun } from "./spans";
import "./schedule.css";

const DAY = 86_400_000;
const LENGTHS: readonly (readonly [number, string])[] = [
  [1, "Day"],
  [7, "Week"],
  [30, "Month"],
];
const AGENDA = 60;
const PLANNED: readonly (string | null)[] = ["SCHEDULED"];

export default function Schedule() {
  useTitle("Schedule");
  const parameters = useParams();
  const length = LENGTHS.find(([each]) => String(each) === parameters.get("days"))?.[0] ?? 7;
  const [today] = useState(() => new Date().setHours(0, 0, 0, 0));
  const given = Date.parse(parameters.get("from"));
  // yesterday is in view, so that one sees what has just happened, too
  const since = Number.isNaN(given) ? today - (length === 1 ? 0 : DAY) : given;
  const until = since + length * DAY;
  const query = new URLSearchParams({ since: new Date(since).toISOString(), until: new Date(until).toISOString() });
  const asked = useGet<{ runs: PlannedRun[]; is_cut: boolean }>(`/ui/schedule?${query}`, { keep: true });
  useLive(["deployment"], () => changed("/ui/schedule"));
  const move = (by: number): void => parameters.set({ from: new Date(since + by * length * DAY).toISOString() }, true);
  return (
    <div class="page">
      <header>
        <h1>Schedule</h1>
        <div class="actions">
          <button class="button small" type="button" onClick={() => move(-1)} aria-label="Earlier">
            ‹
          </button>
          <button class="button small" type="button" onClick={() => parameters.set({ from: null }, true)}>
            Today
          </button>
          <button class="button small" type="button" onClick={() => move(1)} aria-label="Later">
            ›
          </button>
          {LENGTHS.map(([each, name]) => (
            <button
              key={each}
              type="button"
              class={`button small ${each === length ? "chip-on" : ""}`}
              aria-pressed={each === length}
              onClick={() => parameters.set({ days: String(each) })}
            >
              {name}
            </button>
          ))}
        </div>
      </header>
      <Answer of={asked}>
        {({ runs, is_cut }) =>
          runs.length === 0 ? (
            <section class="panel">
              <Empty title="Nothing is planned" snippet="my_flow.serve(name='nightly', cron='0 2 * * *')">
                Deployments with a schedule are shown here with the runs that they will have:
              </Empty>
            </section>
          ) : (
            <>
              {is_cut && <p class="muted">These are the first 5,000 runs of this time: choose a shorter one to see all.</p>}
              <Lanes all={lanes(runs)} since={since} until={until} />
              <Agenda runs={runs} />
            </>
          )
        }
      </Answer>
    </div>
  );
}

function Lanes({ all, since, until }: { all: readonly Lane[]; since: number; until: number }) {
  const marks = days(since, until);
  return (
    <section class="panel" aria-label="Runs over time">
      <div class="lane lane-head">
        <span />
        <div class="lane-days">
          {marks.length <= 10 &&
            marks.map((day) => (
              <span key={day} style={`left: ${((day - since) / (until - since)) * 100}%`}>
                {new Date(day).toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "short" })}
              </span>
            ))}
        </div>
      </div>
      {all.map((lane) => (
        <div key={lane.id} class="lane">
          <span class="lane-name">
            <Link class="cut name-of" href={`/deployments/deployment/${lane.id}`}>
              {lane.name}
            </Link>
            <span class="muted">
              {lane.runs.length} runs{lane.overlaps > 0 && `, ${lane.overlaps} overlap`}
            </span>
          </span>
          <Strip lane={lane} since={since} until={until} marks={marks} />
        </div>
      ))}
    </section>
  );
}

function Strip({ lane, since, until, marks }: { lane: Lane; since: number; until: number; marks: readonly number[] }) {
  const [, go] = useLocation();
  const { ref } = useCanvas((context, width, height, colours) => {
    const x = (at: number): number => ((at - since) / (until - since)) * width;
    context.fillStyle = colours("border");
    for (const day of marks) context.fillRect(Math.round(x(day)), 0, 1, height);
    for (const run of lane.runs) {
      const left = x(Date.parse(run.at));
      const wide = Math.max(3, x(Date.parse(run.at) + run.duration * 1000) - left);
      context.fillStyle = colours(`${colourOf(run.state_type)}-fill`);
      if (PLANNED.includes(run.state_type)) context.fillRect(left, height / 2 - 1.5, 3, 3);
      else context.fillRect(left, 6, wide, height - 12);
    }
    context.fillStyle = colours("accent");
    context.fillRect(x(Date.now()), 0, 1.5, height);
  });
  const open = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const at = since + ((event.clientX - box.left) / box.width) * (until - since);
    const far = (run: PlannedRun): number => Math.abs(Date.parse(run.at) - at);
    const [first] = [...lane.runs].sort((one, other) => far(one) - far(other));
    if (first && (far(first) / (until - since)) * box.width < 8) go(`/runs/flow-run/${first.id}`);
  };
  return <canvas ref={ref} class="lane-strip" role="img" aria-label={`${lane.runs.length} runs of ${lane.name}`} onClick={open} />;
}

function Agenda({ runs }: { runs: readonly PlannedRun[] }) {
  const planned = runs.filter((run) => PLANNED.includes(run.state_type));
  const late = planned.filter((run) => run.state_name === "Late");
  const next = [...late, ...planned.filter((run) => run.state_name !== "Late")].slice(0, AGENDA);
  return (
    <section class="panel scroll-x" tabIndex={0} aria-label="What comes next">
      <table class="table">
        <caption class="hidden-text">Planned runs, late ones first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Run</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {next.map((run) => (
            <tr key={run.id}>
              <td class="nowrap">
                {absolute(new Date(run.at))} <span class="muted">(<Time at={run.at} />)</span>
              </td>
              <td>
                {run.flow && <span>{run.flow.name} › </span>}
                <Link class="name-of" href={`/runs/flow-run/${run.id}`}>
                  {run.name}
                </Link>
              </td>
              <td>
                <StateBadge type={run.state_type} name={run.state_name} />
              </td>
            </tr>
          ))}
          {next.length === 0 && (
            <tr>
              <td colSpan={3} class="muted">
                Nothing is planned in this time.
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

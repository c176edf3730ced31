/** Flow runs side by side: state, times, parameters, and how long each task took. */

import { useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { useGet, usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { StateBadge } from "../../parts/StateBadge";
import { Tabs } from "../../parts/Tabs";
import { duration } from "../../parts/time";
import { Time } from "../../parts/Time";
import { useTitle } from "../../parts/title";
import { useParams } from "../../parts/useParams";
import "./compare.css";
import { LogDiff } from "./LogDiff";
import { byDifference, differences, type Compared } from "./rows";
import { Timelines } from "./Timelines";

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

export default function Compare() {
  useTitle("Compare");
  const parameters = useParams();
  const ids = parameters.list("runs");
  const compared = usePost<Compared>(ids.length >= 2 ? "/ui/compare" : null, { flow_run_ids: ids }, { keep: true });
  const add = (id: string): void => parameters.set({ runs: [...new Set([...ids, id])].join(",") }, true);
  return (
    <div class="page">
      <header>
        <h1>Compare</h1>
      </header>
      <Add add={add} />
      {ids.length < 2 ? (
        <section class="panel">
          <Empty title={ids.length === 1 ? "With which other run?" : "Which runs?"}>
            Search for a run above by its name, or paste an id or the address of its page.
          </Empty>
        </section>
      ) : (
        <Answer of={compared}>
          {(told) => (
            <Tabs
              label="What is compared"
              tabs={[
                {
                  name: "Overview",
                  body: () => (
                    <Told told={told} remove={(id) => parameters.set({ runs: ids.filter((each) => each !== id).join(",") }, true)} />
                  ),
                },
                { name: "Timelines", body: () => <Timelines views={told.runs} /> },
                { name: "Logs", body: () => <LogDiff views={told.runs} /> },
              ]}
            />
          )}
        </Answer>
      )}
    </div>
  );
}

function Add({ add }: { add: (id: string) => void }) {
  const [text, setText] = useState("");
  const pasted = UUID.exec(text)?.[0];
  const path = text.trim() ? `/ui/search?limit=20&q=${encodeURIComponent(pasted ?? text.trim())}` : null;
  const found = useGet<{ results: { kind: string; id: string; name: string }[] }>(path, { keep: true });
  const runs = text ? (found.data?.results ?? []).filter(({ kind }) => kind === "flow run") : [];
  return (
    <div class="filters" role="search" aria-label="Add a run">
      <input
        class="input"
        style="max-width: 24rem"
        type="search"
        aria-label="Name, id or address of a run"
        placeholder="Name, id or address of a run"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {runs.map((run) => (
        <button key={run.id} class="button small" type="button" onClick={() => (add(run.id), setText(""))}>
          Add {run.name}
        </button>
      ))}
    </div>
  );
}

function Told({ told, remove }: { told: Compared; remove: (id: string) => void }) {
  const ids = told.runs.map(({ run }) => run.id);
  const longest = Math.max(0.001, ...told.runs.map(({ run }) => run.estimated_run_time));
  const parameters = differences(told.runs.map(({ run }) => run.parameters));
  return (
    <section class="panel scroll-x" tabIndex={0} aria-label="Runs side by side">
      <table class="table compared">
        <thead>
          <tr>
            <td />
            {told.runs.map(({ run, flow }) => (
              <th key={run.id} scope="col">
                <Link class="name-of" href={`/runs/flow-run/${run.id}`}>
                  {flow && `${flow.name} › `}
                  {run.name}
                </Link>
                <button class="button quiet small" type="button" aria-label={`Leave out ${run.name}`} onClick={() => remove(run.id)}>
                  ×
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">State</th>
            {told.runs.map(({ run }) => (
              <td key={run.id}>
                <StateBadge type={run.state_type} name={run.state_name} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Start</th>
            {told.runs.map(({ run }) => (
              <td key={run.id}>
                <Time at={run.start_time} none="not yet" />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Duration</th>
            {told.runs.map(({ run }) => (
              <td key={run.id}>
                <Bar part={run.estimated_run_time / longest} text={duration(run.estimated_run_time)} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Flow version</th>
            {told.runs.map(({ run }) => (
              <td key={run.id}>{run.flow_version ?? "–"}</td>
            ))}
          </tr>
        </tbody>
        <tbody>
          <Head text="Parameters" span={ids.length + 1} />
          {parameters.map((each) => (
            <tr key={each.name} class={each.isSame ? "" : "differs"}>
              <th scope="row">
                <code>{each.name}</code>
              </th>
              {each.values.map((value, index) => (
                <td key={ids[index]}>{value === null ? <span class="muted">not given</span> : <code>{value.slice(0, 400)}</code>}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tbody>
          <Head text="Tasks, those that differ most first" span={ids.length + 1} />
          {byDifference(told.tasks, ids).map((task) => {
            const most = Math.max(0.001, ...ids.map((id) => task.runs[id]?.total ?? 0));
            return (
              <tr key={task.task_key}>
                <th scope="row">{task.task_key.replace(/-[0-9a-f]+$/, "")}</th>
                {ids.map((id) => {
                  const times = task.runs[id];
                  return (
                    <td key={id}>
                      {times ? (
                        <Bar
                          part={times.total / most}
                          text={`${duration(times.total)}${times.count > 1 ? ` in ${times.count}` : ""}${times.failed ? `, ${times.failed} failed` : ""}`}
                        />
                      ) : (
                        <span class="muted">did not run</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Head({ text, span }: { text: string; span: number }) {
  return (
    <tr>
      <th scope="colgroup" colSpan={span} class="compared-head">
        {text}
      </th>
    </tr>
  );
}

function Bar({ part, text }: { part: number; text: string }) {
  return (
    <span class="compared-bar">
      <span style={`width: ${Math.max(1, part * 100)}%`} />
      {text}
    </span>
  );
}

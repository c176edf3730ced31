/** What is known of the node that is selected, what it depends on and what depends on it. */

import { X } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { Logs } from "../logs/Logs";
import { Facts } from "../parts/Facts";
import { StateBadge } from "../parts/StateBadge";
import { absolute, duration } from "../parts/time";
import { attemptsOf, parentsOf, stateOf, TYPES, type Model } from "./model";

interface Props {
  model: Model;
  node: number;
  children_: readonly number[];
  select: (node: number) => void;
  unfold: (node: number) => void;
  /** The ids of the subflow runs whose parts are shown. */
  opened: readonly string[];
}

const MOST = 12;

export function Panel({ model, node, children_, select, unfold, opened }: Props) {
  const [showsLogs, showLogs] = useState(false);
  const { nodes, artifacts } = model.wire;
  const id = nodes.id[node] ?? "";
  const state = stateOf(model, node);
  const subflow = nodes.subflow[id];
  const origin = Date.parse(model.wire.origin);
  const attempts = attemptsOf(model, node);
  const start = nodes.start[node];
  const moment = (at: number | null | undefined) => (at == null ? "not yet" : absolute(new Date(origin + at)));
  const list = (found: readonly number[]) =>
    found.length === 0 ? (
      "none"
    ) : (
      <span class="row wrap" style="gap: 4px">
        {found.slice(0, MOST).map((each) => (
          <button key={each} type="button" class="button small" onClick={() => select(each)}>
            {nodes.name[each]}
          </button>
        ))}
        {found.length > MOST && <span class="muted">and {found.length - MOST} more</span>}
      </span>
    );
  return (
    <aside class="timeline-panel" aria-label="Selected part">
      <div class="row apart">
        <h2 class="cut">{nodes.name[node]}</h2>
        <button class="button quiet icon small" type="button" aria-label="Close" onClick={() => select(-1)}>
          <X size={14} aria-hidden />
        </button>
      </div>
      <div class="row wrap">
        <StateBadge type={state.type} name={state.name} />
        <Link class="button small" href={subflow ? `/runs/flow-run/${subflow}` : `/runs/task-run/${id}`}>
          Open
        </Link>
        {subflow && (
          <button class="button small" type="button" aria-pressed={opened.includes(subflow)} onClick={() => unfold(node)}>
            {opened.includes(subflow) ? "Hide its parts" : "Show its parts here"}
          </button>
        )}
      </div>
      <Facts
        of={[
          ["Start", moment(start)],
          ["End", moment(nodes.end[node])],
          ["Duration", duration(((model.to[node] ?? 0) - (model.from[node] ?? 0)) / 1000)],
          ["Run count", nodes.runs[node]],
          attempts.length > 0 && [
            "Attempts",
            <ol key="a" class="stack" style="gap: 2px">
              {attempts.map(([from, to, kind], at) => (
                <li key={at}>
                  {at + 1}. {duration((to - from) / 1000)}, <span class="muted">{(TYPES[kind] ?? "").toLowerCase()}</span>
                </li>
              ))}
            </ol>,
          ],
          ["Needs", list(parentsOf(model, node))],
          ["Needed by", list(children_)],
          artifacts.some((each) => each.task_run_id === id) && [
            "Artifacts",
            artifacts
              .filter((each) => each.task_run_id === id)
              .map((each) => (
                <Link key={each.id} href={`/artifacts/artifact/${each.id}`}>
                  {each.key ?? each.type ?? "artifact"}{" "}
                </Link>
              )),
          ],
        ]}
      />
      <details onToggle={(event) => showLogs(event.currentTarget.open)}>
        <summary>Its logs</summary>
        {showsLogs && <Logs key={id} taskRun={id} isOver start={start == null ? null : new Date(origin + start).toISOString()} />}
      </details>
    </aside>
  );
}

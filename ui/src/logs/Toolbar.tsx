/** What is shown of a log: level, logger, task, time, both ends, and the way to have it as a file. */

import { ArrowDownToLine, ArrowUpToLine, WrapText, X } from "lucide-preact";
import type { ComponentChildren } from "preact";

import { counted } from "../parts/counted";
import { useParams } from "../parts/useParams";
import { choose, preferences } from "../preferences";
import { LEVELS, type Asked } from "./asked";
import { Save } from "./Save";
import type { Log } from "./useLog";

interface Props {
  log: Log;
  asked: Asked;
  flowRun?: string | undefined;
  taskRun?: string | undefined;
  toEdge: (edge: "start" | "end") => void;
  follows: boolean;
  follow: (() => void) | null;
  /** The name of the task whose lines alone are shown. */
  only: string | null;
  children: ComponentChildren;
}

export function Toolbar({ log, asked, flowRun, taskRun, toEdge, follows, follow, only, children }: Props) {
  const parameters = useParams();
  const { wanted } = asked;
  const wraps = preferences.value.wrap;
  const all = { ...wanted, level_from: 0, level_to: 100, logger: null, text: null, pattern: null, context: 0 };
  if (!taskRun) delete all.task_run_id;
  const isFiltered = JSON.stringify(all) !== JSON.stringify({ ...wanted, context: 0 });
  return (
    <header class="filters">
      {children}
      <select
        class="input"
        style="width: auto"
        aria-label="Level"
        value={parameters.get("level")}
        onChange={(event) => parameters.set({ level: event.currentTarget.value })}
      >
        {LEVELS.map(([level, name]) => (
          <option key={level} value={level}>
            {name}
          </option>
        ))}
      </select>
      <input
        class="input"
        style="width: 7rem"
        aria-label="Logger"
        placeholder="Logger"
        value={parameters.get("logger")}
        onChange={(event) => parameters.set({ logger: event.currentTarget.value })}
      />
      {!taskRun && parameters.get("log-task") && (
        <button
          class="button small chip-on"
          type="button"
          aria-label={`Only ${only ?? "one task"}: show all tasks`}
          onClick={() => parameters.set({ "log-task": null })}
        >
          {only ?? "One task"} <X size={13} aria-hidden />
        </button>
      )}
      <select
        class="input"
        style="width: auto"
        aria-label="Times"
        value={parameters.get("log-time")}
        onChange={(event) => parameters.set({ "log-time": event.currentTarget.value })}
      >
        <option value="">Time of day</option>
        <option value="start">Since the start</option>
        <option value="delta">Since the line before</option>
      </select>
      <span class="muted" role="status">
        {log.kept?.count && `${counted(log.kept.count)} lines`}
      </span>
      <span class="row" style="margin-left: auto">
        {follow && (
          <button class={`button small ${follows ? "chip-on" : ""}`} type="button" aria-pressed={follows} onClick={follow}>
            Follow
          </button>
        )}
        <button
          class={`button icon small ${wraps ? "chip-on" : ""}`}
          type="button"
          aria-label="Wrap long lines"
          title="Wrap long lines"
          aria-pressed={wraps}
          onClick={() => choose({ wrap: !wraps })}
        >
          <WrapText size={14} aria-hidden />
        </button>
        <button class="button icon small" type="button" aria-label="To the first line" onClick={() => toEdge("start")}>
          <ArrowUpToLine size={14} aria-hidden />
        </button>
        <button class="button icon small" type="button" aria-label="To the last line" onClick={() => toEdge("end")}>
          <ArrowDownToLine size={14} aria-hidden />
        </button>
        <Save wanted={wanted} all={all} isFiltered={isFiltered} name={`logs-${taskRun ?? flowRun ?? ""}`} />
      </span>
    </header>
  );
}

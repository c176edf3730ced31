/** What is shown of a log: search, level, logger, time, both ends, and the way to have it as a file. */

import { ArrowDownToLine, ArrowUpToLine, Download } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";

import { send } from "../api/client";
import { counted } from "../parts/counted";
import { download } from "../parts/Json";
import { useParams } from "../parts/useParams";
import { act } from "../shell/Toasts";
import { LEVELS } from "./lines";
import type { Log } from "./useLog";

interface Props {
  log: Log;
  flowRun?: string;
  toEdge: (edge: "start" | "end") => void;
  follows: boolean;
  follow: (() => void) | null;
}

const TYPED = 250;

export function Toolbar({ log, flowRun, toEdge, follows, follow }: Props) {
  const parameters = useParams();
  const kept = parameters.get("log-search");
  const [text, setText] = useState(kept);
  useEffect(() => {
    if (text === kept) return;
    const wait = setTimeout(() => parameters.set({ "log-search": text, line: null }), TYPED);
    return () => clearTimeout(wait);
  }, [text]);
  const save = (): Promise<boolean> =>
    act(async () => {
      const answer = await send("GET", `/flow_runs/${flowRun}/logs/download`);
      download(`logs-${flowRun}.csv`, await answer.text(), "text/csv");
    }, "All lines are in the file.");
  return (
    <header class="filters">
      <input
        class="input"
        style="max-width: 15rem"
        type="search"
        aria-label="Search in the log"
        placeholder="Search"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <select
        class="input"
        style="width: auto"
        aria-label="Level"
        value={parameters.get("level") || "0"}
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
        style="max-width: 9rem"
        aria-label="Logger"
        placeholder="Logger"
        value={parameters.get("logger")}
        onChange={(event) => parameters.set({ logger: event.currentTarget.value })}
      />
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
        <button class="button icon small" type="button" aria-label="To the first line" onClick={() => toEdge("start")}>
          <ArrowUpToLine size={14} aria-hidden />
        </button>
        <button class="button icon small" type="button" aria-label="To the last line" onClick={() => toEdge("end")}>
          <ArrowDownToLine size={14} aria-hidden />
        </button>
        {flowRun && (
          <button class="button icon small" type="button" aria-label="Download all lines" onClick={() => void save()}>
            <Download size={14} aria-hidden />
          </button>
        )}
      </span>
    </header>
  );
}

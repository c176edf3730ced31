/** The log of a run: only the lines in view are drawn, others are read when they are scrolled to. */

import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from "@tanstack/virtual-core";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { ApiError } from "../api/client";
import type { State } from "../api/types";
import { useLive } from "../live/stream";
import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { duration } from "../parts/time";
import { useParams } from "../parts/useParams";
import { preferences } from "../preferences";
import { askedOf } from "./asked";
import { heightOf, type Line } from "./lines";
import { LogLine } from "./LogLine";
import "./logs.css";
import { ruleBetween, rulesOf } from "./rules";
import { SearchBar } from "./SearchBar";
import { Toolbar } from "./Toolbar";
import { useHits } from "./useHits";
import { useLog } from "./useLog";

export interface Props {
  flowRun?: string;
  taskRun?: string;
  isOver: boolean;
  start: string | null;
  /** The states of the run: where it began again the log is divided. */
  states?: readonly State[];
  /** The flow run that a task run is part of: it is what tells of new lines. */
  within?: string | undefined;
}

const ROW = 18;
const PADDING = 4;
const CHARACTER = 7.25;
const NEAR_END = 24;
const AHEAD = 400;

type Scroller = Virtualizer<HTMLDivElement, HTMLElement>;

function moments(mode: string, start: string | null): (line: Line, before: Line | undefined) => string {
  const { zone, clock } = preferences.value;
  const format = new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    ...(clock === "system" ? {} : { hour12: clock === "12" }),
    ...(zone ? { timeZone: zone } : {}),
  });
  if (mode === "start" && start) {
    return (line) => `+${duration(Math.max(0, Date.parse(line.at) - Date.parse(start)) / 1000)}`;
  }
  if (mode === "delta") {
    return (line, before) => (before ? `+${duration((Date.parse(line.at) - Date.parse(before.at)) / 1000)}` : "");
  }
  return (line) => format.format(new Date(line.at));
}

const NO_STATES: readonly State[] = [];

export function Logs({ flowRun, taskRun, isOver, start, states = NO_STATES, within }: Props) {
  const parameters = useParams();
  const asked = askedOf(parameters, { flowRun, taskRun });
  const rules = useMemo(() => rulesOf(states), [states]);
  const isSearch = asked.mark !== null || parameters.get("log-search") !== "";
  const hits = useHits(asked.hits);
  const chosen = parameters.get("line") || location.hash.replace(/^#log-/, "");
  const [opened] = useState(chosen);
  const log = useLog(asked.wanted, chosen !== opened ? chosen || null : opened || null);
  const [follows, follow] = useState(!isOver && !chosen);
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  const [, draw] = useState(0);
  const virtual = useRef<Scroller | null>(null);
  const lines = log.kept?.lines ?? [];
  const wraps = preferences.value.wrap;
  const showsTask = flowRun !== undefined && width > 700;
  const taken = 150 + (showsTask ? 150 : 0) + 24;
  const perRow = Math.floor((width - taken) / CHARACTER);
  const options = {
    count: lines.length,
    estimateSize: (index: number) => heightOf(lines[index]?.message ?? "", wraps ? perRow : Infinity) * ROW + PADDING,
    getItemKey: (index: number) => lines[index]?.id ?? index,
    overscan: 12,
    getScrollElement: () => place.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    initialRect: { width: 800, height: 480 },
    onChange: () => draw((count) => count + 1),
  };
  virtual.current ??= new Virtualizer(options as never) as unknown as Scroller;
  virtual.current.setOptions(options as never);
  useEffect(() => virtual.current?._didMount(), []);
  useLayoutEffect(() => virtual.current?._willUpdate());
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const sizes = new ResizeObserver(() => setWidth(box.clientWidth));
    sizes.observe(box);
    return () => sizes.disconnect();
  }, [log.kept === null]);

  // where the view stands after lines came: at the end that is followed, at the line that was asked for
  const settled = useRef<string>("");
  useLayoutEffect(() => {
    if (!log.kept || lines.length === 0) return;
    const asked = `${log.kept.key} ${chosen}`;
    if (settled.current !== asked) {
      settled.current = asked;
      const at = lines.findIndex((line) => line.id === chosen);
      virtual.current?.scrollToIndex(at >= 0 ? at : lines.length - 1, { align: at >= 0 ? "center" : "end" });
    } else if (follows) virtual.current?.scrollToIndex(lines.length - 1, { align: "end" });
  });
  const live = flowRun ?? within;
  useLive(live && !isOver ? [`log:${live}`] : [], () => {
    if (!log.kept?.hasNewer) void log.newer();
  });
  useEffect(() => {
    if (isOver && log.kept && !log.kept.hasNewer) void log.newer(); // the last lines come as the run ends
  }, [isOver]);

  const scrolled = async (): Promise<void> => {
    const box = place.current;
    if (!box) return;
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
    if (follows !== (isAtEnd && !isOver && !log.kept?.hasNewer)) follow(isAtEnd && !isOver);
    if (box.scrollTop < AHEAD && log.kept?.hasOlder) {
      const before = box.scrollHeight;
      const count = await log.older();
      // what was in view stays in view
      if (count > 0) requestAnimationFrame(() => (box.scrollTop += box.scrollHeight - before));
    } else if (isAtEnd && log.kept?.hasNewer) void log.newer();
  };
  const moment = moments(parameters.get("log-time"), start);
  const place_ = lines.findIndex((line) => line.id === chosen);
  const toHit = async (isForward: boolean): Promise<void> => {
    const found = await hits.find(lines[place_] ?? null, isForward);
    if (found) parameters.set({ line: found });
  };
  const only = lines.find(({ task }) => task?.id === parameters.get("log-task"))?.task?.name ?? null;
  return (
    <section class="panel logs" aria-label="Logs">
      <Toolbar
        {...{ log, asked, flowRun, taskRun, only }}
        toEdge={(edge) => {
          parameters.set({ line: null });
          void log.open(edge).then(() =>
            requestAnimationFrame(() =>
              virtual.current?.scrollToIndex(edge === "start" ? 0 : Infinity, { align: edge }),
            ),
          );
        }}
        follows={follows}
        follow={isOver ? null : () => (follow(true), void log.open("end"))}
      >
        <SearchBar hits={hits} go={asked.hits ? (isForward) => void toHit(isForward) : null} error={log.error} />
      </Toolbar>
      {log.error && !(log.error instanceof ApiError && log.error.status === 422) && <Problem error={log.error} again={() => void log.open("end")} />}
      {!log.kept && !log.error && <Loading lines={8} />}
      {log.kept && lines.length === 0 && (
        <Empty
          title={isSearch ? "No line has that" : "No logs"}
          snippet={isSearch ? undefined : "from prefect import get_run_logger\n\nget_run_logger().info('Hello')"}
        >
          {isSearch ? "Search for something else, or lower the level." : "What a run logs is shown here as it comes:"}
        </Empty>
      )}
      <div
        ref={place}
        class={`log-lines ${wraps ? "" : "unwrapped"}`}
        role="log"
        aria-label="Lines of log"
        aria-live="off"
        tabIndex={0}
        style={lines.length === 0 ? "display: none" : ""}
        onScroll={() => void scrolled()}
      >
        <div style={`position: relative; height: ${virtual.current.getTotalSize()}px`}>
          {virtual.current.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            const before = lines[item.index - 1];
            const isFirst = before === undefined;
            const rule =
              isFirst && log.kept?.hasOlder ? null : ruleBetween(rules, before ? Date.parse(before.at) : null, Date.parse(line.at));
            return (
              <div
                key={line.id}
                ref={(element) => {
                  if (element) virtual.current?.measureElement(element);
                }}
                data-index={item.index}
                class="log-place"
                style={`transform: translateY(${item.start}px)`}
              >
                {line.gap && <div class="log-gap" role="separator" aria-label="Lines are left out" />}
                {rule && (
                  <div class="log-rule" role="separator" aria-label={rule.text}>
                    {rule.text}
                  </div>
                )}
                <LogLine
                  line={line}
                  moment={moment(line, before)}
                  search={line.hit ? asked.mark : null}
                  isChosen={line.id === chosen}
                  choose={(id) => parameters.set({ line: id })}
                  showsTask={showsTask}
                  only={(id) => parameters.set({ "log-task": id })}
                />
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
}

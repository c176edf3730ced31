/** A flow run over time: what ran when, what waited for what; four views of the same parts. */

import { Maximize, Minus, MoveHorizontal, Plus } from "lucide-preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";

import { api } from "../api/client";
import { useLive } from "../live/stream";
import { number } from "../parts/counted";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useParams } from "../parts/useParams";
import { dag, durations, gantt, SINGLE, type Layout } from "./layout";
import { childrenOf, criticalPath, joined, modelOf, type Wire } from "./model";
import { Panel } from "./Panel";
import { Stage, type StageHandle } from "./Stage";
import { Table } from "./Table";
import "./timeline.css";

const VIEWS = [
  ["gantt", "Gantt"],
  ["dag", "Dependencies"],
  ["duration", "Durations"],
  ["table", "Table"],
] as const;
const EVERY = 1_000;
const NONE: ReadonlySet<number> = new Set();

/** The parts of the run, read once and then only what is new. */
function useWire(id: string, isOver: boolean): { wire: Wire | null; error: Error | null; again: () => void } {
  const [wire, set] = useState<Wire | null>(null);
  const [error, fail] = useState<Error | null>(null);
  const latest = useRef<Wire | null>(null);
  const busy = useRef(false);
  const again = useRef(false);
  const read = async (): Promise<void> => {
    again.current = busy.current; // what comes while it is read may not be in the answer
    if (busy.current) return;
    busy.current = true;
    try {
      const before = latest.current;
      const since = before ? `?since=${encodeURIComponent(before.until)}` : "";
      const told = await api<Wire>("GET", `/ui/flow-runs/${id}/timeline${since}`);
      latest.current = before ? joined(before, told) : told;
      fail(null);
      set(latest.current);
    } catch (thrown) {
      fail(thrown as Error);
    }
    busy.current = false;
    if (again.current) void read();
  };
  useEffect(() => void read(), [id, isOver]);
  useLive([`tasks:${id}`], () => void read());
  useEffect(() => {
    if (isOver) return;
    // bars of what runs grow, without asking the server
    const grow = setInterval(() => {
      const now = latest.current;
      if (now && !document.hidden) set({ ...now, until: new Date().toISOString() });
    }, EVERY);
    return () => clearInterval(grow);
  }, [isOver]);
  return { wire, error, again: () => void read() };
}

export function Timeline({ id, isOver }: { id: string; isOver: boolean }) {
  const parameters = useParams();
  const [, go] = useLocation();
  const { wire, error, again } = useWire(id, isOver);
  const view = VIEWS.find(([name]) => name === parameters.get("view"))?.[0] ?? "gantt";
  const [search, setSearch] = useState("");
  const [folded, setFolded] = useState<ReadonlySet<number>>(NONE);
  const [options, setOptions] = useState({ critical: false, arrows: false });
  const [isWide, setWide] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const stage = useRef<StageHandle>(null);
  const model = useMemo(() => (wire ? modelOf(wire) : null), [wire]);
  const children = useMemo(() => (model ? childrenOf(model) : new Map<number, number[]>()), [model]);
  const isGrouped = model !== null && model.count > SINGLE;
  const layout = useMemo<Layout | null>(() => {
    if (!model || view === "table") return null;
    if (view === "dag") return dag(model);
    return view === "duration" ? durations(model) : gantt(model, isGrouped, folded);
  }, [model, view, folded, isGrouped]);
  const critical = useMemo(() => new Set(model && options.critical ? criticalPath(model) : []), [model, options.critical]);
  const found = useMemo(() => {
    if (!model || !search) return null;
    const low = search.toLowerCase();
    return Uint8Array.from(model.wire.nodes.name, (name) => Number(name.toLowerCase().includes(low)));
  }, [model, search]);
  useEffect(() => {
    const change = (): void => setWide(document.fullscreenElement === place.current);
    document.addEventListener("fullscreenchange", change);
    return () => document.removeEventListener("fullscreenchange", change);
  }, []);
  if (error && !model) return <Problem error={error} again={again} />;
  if (!model) return <Loading lines={6} />;
  const selected = model.index.get(parameters.get("node")) ?? -1;
  const select = (node: number): void => parameters.set({ node: model.wire.nodes.id[node] ?? null });
  const open = (node: number): void => {
    const one = model.wire.nodes.id[node];
    if (one) go(model.wire.nodes.subflow[one] ? `/runs/flow-run/${model.wire.nodes.subflow[one]}` : `/runs/task-run/${one}`);
  };
  const fold = (group: number): void => {
    const next = new Set(folded);
    if (!next.delete(group)) next.add(group);
    setFolded(next);
  };
  const fullScreen = (): void => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void place.current?.requestFullscreen();
  };
  const count = found ? found.reduce((sum, each) => sum + each, 0) : model.count;
  return (
    <div ref={place} class="timeline">
      <div class="filters timeline-bar">
        <div class="row" role="group" aria-label="View" style="gap: 0">
          {VIEWS.map(([name, title]) => (
            <button
              key={name}
              type="button"
              class={`button small ${view === name ? "chip-on" : ""}`}
              aria-pressed={view === name}
              onClick={() => parameters.set({ view: name === "gantt" ? null : name })}
            >
              {title}
            </button>
          ))}
        </div>
        <input
          class="input"
          style="width: 10rem; height: 1.625rem"
          type="search"
          aria-label="Find parts by name"
          placeholder="Find"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <span class="muted" role="status">
          {number(count)} {found ? "found" : "parts"}
        </span>
        {view !== "table" && (
          <span class="row" style="margin-left: auto">
            <Toggle name="Critical path" isOn={options.critical} set={(on) => setOptions({ ...options, critical: on })} />
            <Toggle name="Arrows" isOn={options.arrows} set={(on) => setOptions({ ...options, arrows: on })} />
            <Tool name="Nearer" doing={() => stage.current?.zoom(1.5)} icon={<Plus size={14} aria-hidden />} />
            <Tool name="Farther" doing={() => stage.current?.zoom(1 / 1.5)} icon={<Minus size={14} aria-hidden />} />
            <Tool name="Show all" doing={() => stage.current?.fit()} icon={<MoveHorizontal size={14} aria-hidden />} />
            <Tool name="Full screen" doing={fullScreen} icon={<Maximize size={14} aria-hidden />} />
          </span>
        )}
      </div>
      <div class={selected >= 0 ? "timeline-body with-panel" : "timeline-body"}>
        {layout === null ? (
          <Table model={model} found={found} select={select} />
        ) : (
          <Stage
            ref={stage}
            {...{ model, layout, selected, select, open, fold, found, critical, isWide, fullScreen }}
            children_={children}
            arrows={options.arrows || view === "dag"}
          />
        )}
        {selected >= 0 && (
          <Panel key={selected} model={model} node={selected} children_={children.get(selected) ?? []} select={select} />
        )}
      </div>
      <p class="hidden-text" role="status">
        {selected >= 0 && `Selected: ${model.wire.nodes.name[selected] ?? ""}`}
      </p>
    </div>
  );
}

function Toggle({ name, isOn, set }: { name: string; isOn: boolean; set: (isOn: boolean) => void }) {
  return (
    <button type="button" class={`button small ${isOn ? "chip-on" : ""}`} aria-pressed={isOn} onClick={() => set(!isOn)}>
      {name}
    </button>
  );
}

function Tool({ name, doing, icon }: { name: string; doing: () => void; icon: preact.JSX.Element }) {
  return (
    <button type="button" class="button icon small" aria-label={name} title={name} onClick={doing}>
      {icon}
    </button>
  );
}

/** A flow run over time: what ran when, what waited for what; four views of the same parts. */

import { Maximize, Minus, MoveHorizontal, Plus } from "lucide-preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";

import { number } from "../parts/counted";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { useParams } from "../parts/useParams";
import { dag, durations, gantt, SINGLE, type Layout } from "./layout";
import { embedded } from "./embed";
import { childrenOf, criticalPath, modelOf } from "./model";
import { Panel } from "./Panel";
import { Stage, type StageHandle } from "./Stage";
import { Table } from "./Table";
import { useWires } from "./useWires";
import "./timeline.css";

const VIEWS = [
  ["gantt", "Gantt"],
  ["dag", "Dependencies"],
  ["duration", "Durations"],
  ["table", "Table"],
] as const;
const NONE: ReadonlySet<number> = new Set();

export function Timeline({ id, isOver }: { id: string; isOver: boolean }) {
  const parameters = useParams();
  const [, go] = useLocation();
  const opened = parameters.list("opened");
  const { wire: own, subflows, error, again } = useWires(id, isOver, opened);
  const known = [...subflows.keys()].join(",") + [...subflows.values()].map(({ until }) => until).join(",");
  const wire = useMemo(() => own && embedded(own, subflows), [own, known]);
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
  /** Show the parts of a subflow here, or hide them. */
  const unfold = (node: number): void => {
    const subflow = model.wire.nodes.subflow[model.wire.nodes.id[node] ?? ""];
    if (!subflow) return;
    const rest = opened.filter((each) => each !== subflow);
    parameters.set({ opened: (rest.length < opened.length ? rest : [...opened, subflow]).join(",") });
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
            {...{ model, layout, selected, select, open, fold, unfold, found, critical, isWide, fullScreen }}
            children_={children}
            arrows={options.arrows || view === "dag"}
          />
        )}
        {selected >= 0 && (
          <Panel key={selected} model={model} node={selected} children_={children.get(selected) ?? []} select={select} unfold={unfold} opened={opened} />
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

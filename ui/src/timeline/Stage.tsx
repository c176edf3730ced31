/** The canvas of a timeline with all that mouse, fingers and keys can do to it. */

import { useEffect, useImperativeHandle, useMemo, useRef, useState } from "preact/hooks";
import { forwardRef } from "preact/compat";

import { useCanvas } from "../parts/canvas";
import { duration } from "../parts/time";
import { AXIS, bounded, centred, fitted, LANE, moved, nodeAt, zoomed, type Camera, type Size } from "./camera";
import { range, type Layout } from "./layout";
import { Minimap } from "./Minimap";
import { stateOf, type Model } from "./model";
import { paint } from "./paint";

export interface StageHandle {
  zoom: (factor: number) => void;
  fit: () => void;
  centre: () => void;
}

interface Props {
  model: Model;
  layout: Layout;
  selected: number;
  select: (node: number) => void;
  open: (node: number) => void;
  fold: (group: number) => void;
  /** Show the parts of a subflow in place, or hide them. */
  unfold: (node: number) => void;
  found: Uint8Array | null;
  critical: ReadonlySet<number>;
  children_: ReadonlyMap<number, number[]>;
  arrows: boolean;
  isWide: boolean;
  fullScreen: () => void;
}

const STEP = 80;
const NEARER = 1.3;

export const Stage = forwardRef<StageHandle, Props>(function Stage(props, handle) {
  const { model, layout, selected, select, open, fold } = props;
  const size = useRef<Size>({ width: 800, height: 300 });
  const camera = useRef<Camera | null>(null);
  const followsNow = useRef(model.wire.end === null);
  const pointed = useRef(-1);
  const cursor = useRef(-1);
  const [tip, setTip] = useState<{ node: number; x: number; y: number } | null>(null);
  const window_ = useRef<() => void>(() => undefined);
  const { ref, draw } = useCanvas((context, width, height, colours) => {
    size.current = { width, height };
    if (camera.current === null) camera.current = fitted(layout, size.current);
    camera.current = bounded(camera.current, layout, size.current);
    paint(context, width, height, colours, {
      ...props,
      children: props.children_,
      camera: camera.current,
      pointed: pointed.current,
      cursor: cursor.current,
    });
    window_.current();
  });
  const go = (next: Camera): void => {
    camera.current = bounded(next, layout, size.current);
    draw();
  };
  const now = (): Camera => camera.current ?? fitted(layout, size.current);
  const all = (): void => go(fitted(layout, size.current));
  const zoom = (factor: number, at = size.current.width / 2): void => {
    followsNow.current = false;
    go(zoomed(now(), factor, at));
  };
  const centre = (node = selected): void => {
    if (node >= 0) go(centred(now(), layout, node, size.current));
  };
  useImperativeHandle(handle, () => ({ zoom, fit: all, centre }));
  useEffect(() => {
    camera.current = null;
    draw();
  }, [layout.view, layout.lanes.length === 0]);
  useEffect(() => {
    // what runs grows to the right: the view follows until it is moved by hand
    if (followsNow.current && camera.current) go({ ...fitted(layout, size.current), top: camera.current.top });
    else draw();
  }, [layout]);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const wheel = (event: WheelEvent): void => {
      const isWanted = event.ctrlKey || event.metaKey || document.activeElement === canvas || props.isWide;
      const isAcross = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!isWanted && !isAcross && !event.shiftKey) return;
      event.preventDefault();
      followsNow.current = false;
      if (isAcross) go(moved(now(), event.deltaX, 0));
      else if (event.shiftKey) go(moved(now(), 0, event.deltaY));
      else zoom(Math.exp(-event.deltaY / 400), event.offsetX);
    };
    canvas.addEventListener("wheel", wheel, { passive: false });
    return () => canvas.removeEventListener("wheel", wheel);
  });
  const drag = useRef<{ x: number; y: number; far: number } | null>(null);
  const down = (event: PointerEvent): void => {
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    drag.current = { x: event.offsetX, y: event.offsetY, far: 0 };
  };
  const move = (event: PointerEvent): void => {
    const held = drag.current;
    if (held) {
      const [x, y] = [held.x - event.offsetX, held.y - event.offsetY];
      held.far += Math.abs(x) + Math.abs(y);
      [held.x, held.y] = [event.offsetX, event.offsetY];
      followsNow.current = false;
      go(moved(now(), x, y));
      return;
    }
    cursor.current = event.offsetX;
    const node = nodeAt(layout, now(), event.offsetX, event.offsetY);
    if (node !== pointed.current || node >= 0) setTip(node < 0 ? null : { node, x: event.offsetX, y: event.offsetY });
    pointed.current = node;
    draw();
  };
  const up = (event: PointerEvent): void => {
    const far = drag.current?.far ?? 0;
    drag.current = null;
    if (far > 4) return;
    const lane = layout.lanes[Math.floor((event.offsetY - AXIS + now().top) / LANE)];
    if (event.offsetY > AXIS && lane?.isHead) fold(lane.group);
    else select(nodeAt(layout, now(), event.offsetX, event.offsetY));
  };
  const sequence = useMemo(
    () => [...range(model.count)].sort((a, b) => (model.from[a] ?? 0) - (model.from[b] ?? 0) || a - b),
    [model],
  );
  const keys = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (by: number): void => {
      const at = sequence.indexOf(selected);
      const next = sequence[Math.max(0, Math.min(sequence.length - 1, at + by))];
      if (next === undefined) return;
      select(next);
      centre(next);
    };
    const doing: Record<string, () => void> = {
      ArrowLeft: () => go(moved(now(), -STEP, 0)),
      ArrowRight: () => go(moved(now(), STEP, 0)),
      ArrowUp: () => go(moved(now(), 0, -STEP)),
      ArrowDown: () => go(moved(now(), 0, STEP)),
      "+": () => zoom(NEARER),
      "=": () => zoom(NEARER),
      "-": () => zoom(1 / NEARER),
      "0": all,
      j: () => step(1),
      k: () => step(-1),
      c: () => centre(),
      f: props.fullScreen,
      Enter: () => open(selected),
      " ": () => props.unfold(selected),
      Escape: () => select(-1),
    };
    const found = doing[event.key];
    if (!found) return;
    followsNow.current = false;
    found();
    event.preventDefault();
    event.stopPropagation();
  };
  const high = Math.min(props.isWide ? innerHeight - 160 : 340, Math.max(90, layout.lanes.length * LANE + AXIS + 8));
  return (
    <div class="stage">
      <canvas
        ref={ref}
        class="timeline-canvas"
        style={`height: ${high}px`}
        tabIndex={0}
        role="application"
        aria-label={`Timeline of ${model.count} parts. Arrows move, plus and minus zoom, j and k go from part to part, Enter opens, Space unfolds a subflow. The Table view has the same as text.`}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerLeave={() => {
          [pointed.current, cursor.current] = [-1, -1];
          setTip(null);
          draw();
        }}
        onDblClick={(event) => open(nodeAt(layout, now(), event.offsetX, event.offsetY))}
        onKeyDown={keys}
      />
      {tip && (
        <div
          class="tip"
          style={`left: ${Math.min(tip.x + 12, Math.max(0, size.current.width - 220))}px; top: ${tip.y + 14}px`}
        >
          <b>{model.wire.nodes.name[tip.node]}</b>
          <br />
          {stateOf(model, tip.node).name} · {duration(((model.to[tip.node] ?? 0) - (model.from[tip.node] ?? 0)) / 1000)}
        </div>
      )}
      <Minimap
        model={model}
        layout={layout}
        camera={() => now()}
        size={() => size.current}
        go={(left) => {
          followsNow.current = false;
          go({ ...now(), left });
        }}
        onMove={window_}
      />
    </div>
  );
});

/** Runs over time and duration: points while there are few, else a map of counts. Dragging zooms, a click opens. */

import { useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";

import { usePost } from "../../api/queries";
import { useCanvas, type Draw } from "../../parts/canvas";
import { colourOf } from "../../parts/StateBadge";
import { absolute, duration } from "../../parts/time";
import { GUTTER, LINES, MAGNITUDES, time, x, y, type Frame } from "./scale";

type Point = [id: string, name: string, state: string | null, at: string, seconds: number];
type Cell = [column: number, magnitude: number, state: string | null, count: number];

interface Histogram {
  since: string;
  until: string;
  width: number;
  points?: Point[];
  cells?: Cell[];
}

interface Props {
  body: Record<string, unknown>;
  since: number;
  until: number;
  zoom: (since: number, until: number) => void;
}

const NEAR = 8;
const LEAST_DRAG = 6;

export function Chart({ body, since, until, zoom }: Props) {
  const [, go] = useLocation();
  const [near, setNear] = useState<Point | null>(null);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const isDragging = useRef(false);
  const asked = usePost<Histogram>(
    "/ui/runs/histogram",
    { ...body, since: new Date(since).toISOString(), until: new Date(until).toISOString() },
    { keep: true },
  );
  const told = asked.data;
  const size = useRef<Frame>({ since, until, width: 1, height: 1 });
  const draw: Draw = (context, width, height, colours) => {
    const frame: Frame = {
      since: told ? Date.parse(told.since) : since,
      until: told ? Date.parse(told.until) : until,
      width,
      height,
    };
    size.current = frame;
    context.font = `10px ${colours("font")}`;
    context.lineWidth = 1;
    for (const [seconds, name] of LINES) {
      const at = Math.round(y(seconds, frame)) + 0.5;
      context.strokeStyle = colours("border");
      context.beginPath();
      context.moveTo(GUTTER, at);
      context.lineTo(width, at);
      context.stroke();
      context.fillStyle = colours("text-3");
      context.fillText(name, 0, at + 3);
    }
    for (const cell of told?.cells ?? []) drawCell(context, cell, told?.width ?? 1, frame, colours);
    context.globalAlpha = 0.85;
    for (const [, , state, at, seconds] of told?.points ?? []) {
      context.fillStyle = colours(`${colourOf(state)}-fill`);
      context.beginPath();
      context.arc(x(Date.parse(at), frame), y(seconds, frame), 3, 0, Math.PI * 2);
      context.fill();
    }
    context.globalAlpha = 1;
    if (near) {
      context.strokeStyle = colours("text");
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x(Date.parse(near[3]), frame), y(near[4], frame), 5, 0, Math.PI * 2);
      context.stroke();
    }
    if (drag) {
      context.globalAlpha = 0.16;
      context.fillStyle = colours("accent");
      context.fillRect(Math.min(...drag), 0, Math.abs(drag[1] - drag[0]), height);
      context.globalAlpha = 1;
    }
  };
  const { ref } = useCanvas(draw);
  const place = (event: PointerEvent): [number, number] => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const find = ([left, top]: [number, number]): Point | null => {
    let best: Point | null = null;
    let least = NEAR ** 2;
    for (const point of told?.points ?? []) {
      const far = (x(Date.parse(point[3]), size.current) - left) ** 2 + (y(point[4], size.current) - top) ** 2;
      if (far < least) [best, least] = [point, far];
    }
    return best;
  };
  const up = (event: PointerEvent): void => {
    isDragging.current = false;
    const at = drag;
    setDrag(null);
    if (at && Math.abs(at[1] - at[0]) > LEAST_DRAG) {
      zoom(time(Math.min(...at), size.current), time(Math.max(...at), size.current));
      return;
    }
    const point = find(place(event));
    if (point) go(`/runs/flow-run/${point[0]}`);
  };
  const isEmpty = told && !told.points?.length && !told.cells?.length;
  return (
    <figure class="chart">
      <canvas
        ref={ref}
        role="img"
        aria-label="Runs over time and duration. The list below has the same runs."
        style={`cursor: ${near ? "pointer" : "crosshair"}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          isDragging.current = true;
          setDrag([place(event)[0], place(event)[0]]);
        }}
        onPointerMove={(event) => {
          const at = place(event);
          if (isDragging.current) setDrag((before) => before && [before[0], at[0]]);
          else setNear(find(at));
        }}
        onPointerLeave={() => setNear(null)}
        onPointerUp={up}
      />
      {near && (
        <div
          class="tip"
          style={`left: ${Math.min(x(Date.parse(near[3]), size.current) + 10, Math.max(0, size.current.width - 200))}px; top: 4px`}
        >
          <b>{near[1]}</b>
          <br />
          {absolute(new Date(near[3]))} · {duration(near[4])}
        </div>
      )}
      {isEmpty && <figcaption class="muted">No run began in this time.</figcaption>}
      <div class="row apart muted chart-ends">
        <span>{absolute(new Date(size.current.since))}</span>
        <span>{absolute(new Date(size.current.until))}</span>
      </div>
    </figure>
  );
}

function drawCell(
  context: CanvasRenderingContext2D,
  [column, magnitude, state, count]: Cell,
  seconds: number,
  frame: Frame,
  colours: (name: string) => string,
): void {
  const left = x(frame.since + column * seconds * 1000, frame);
  const right = x(frame.since + (column + 1) * seconds * 1000, frame);
  const bottom = y(MAGNITUDES[magnitude] ?? 0, frame);
  const top = y(MAGNITUDES[magnitude + 1] ?? 0, frame);
  context.globalAlpha = Math.min(1, 0.25 + Math.log10(count + 1) / 4);
  context.fillStyle = colours(`${colourOf(state)}-fill`);
  // failures stand at the foot of their cell, so that others do not hide them
  const part = state === "FAILED" || state === "CRASHED" ? 0.35 : 1;
  context.fillRect(left, bottom - (bottom - top) * part, Math.max(1, right - left - 0.5), (bottom - top) * part - 1);
  context.globalAlpha = 1;
}

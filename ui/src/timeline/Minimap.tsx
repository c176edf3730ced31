/** The whole of a timeline in a strip: how much is under way, and which part of it is in view. */

import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";

import { useCanvas } from "../parts/canvas";
import type { Camera, Size } from "./camera";
import { density, type Layout } from "./layout";
import { TYPES, type Model } from "./model";
import { fillOf } from "./paint";

interface Props {
  model: Model;
  layout: Layout;
  camera: () => Camera;
  size: () => Size;
  go: (left: number) => void;
  /** Called by the stage when its view has moved. */
  onMove: RefObject<() => void>;
}

export function Minimap({ model, layout, camera, size, go, onMove }: Props) {
  const picture = useRef<{ model: Model; width: number; counts: Uint32Array; most: number } | null>(null);
  const { ref, draw } = useCanvas((context, width, height, colours) => {
    const columns = Math.max(1, Math.floor(width / 2));
    if (picture.current?.model !== model || picture.current.width !== width) {
      const counts = density(model, columns, layout.min, layout.max, TYPES.length);
      let most = 1;
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let kind = 0; kind < TYPES.length; kind++) sum += counts[column * TYPES.length + kind] ?? 0;
        most = Math.max(most, sum);
      }
      picture.current = { model, width, counts, most };
    }
    const { counts, most } = picture.current;
    for (let column = 0; column < columns; column++) {
      let top = height;
      // what matters most stands at the foot
      for (let kind = TYPES.length - 1; kind >= 0; kind--) {
        const count = counts[column * TYPES.length + kind] ?? 0;
        if (count === 0) continue;
        const high = Math.max(1, (count / most) * (height - 2));
        top -= high;
        context.fillStyle = colours(fillOf(kind));
        context.fillRect(column * 2, top, 1.5, high);
      }
    }
    const { left, scale } = camera();
    const unit = width / (layout.max - layout.min);
    const x = (left - layout.min) * unit;
    context.strokeStyle = colours("accent");
    context.lineWidth = 2;
    context.strokeRect(Math.max(1, x), 1, Math.min(width - 2, (size().width / scale) * unit), height - 2);
  });
  useEffect(() => {
    onMove.current = draw;
  });
  const jump = (event: PointerEvent): void => {
    if (event.type === "pointermove" && event.buttons === 0) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    go(layout.min + part * (layout.max - layout.min) - size().width / camera().scale / 2);
  };
  if (layout.view !== "gantt") return null;
  return <canvas ref={ref} class="minimap" aria-hidden onPointerDown={jump} onPointerMove={jump} />;
}

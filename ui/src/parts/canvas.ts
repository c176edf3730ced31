/** A canvas that is as sharp as the screen and drawn again when its size, its theme or its content changes. */

import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";

import { preferences } from "../preferences";

export type Colours = (name: string) => string;
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number, colours: Colours) => void;

/** The tokens' colours as the canvas needs them, read once a drawing. */
function palette(element: Element): Colours {
  const style = getComputedStyle(element);
  const known = new Map<string, string>();
  return (name) => {
    let found = known.get(name);
    if (found === undefined) known.set(name, (found = style.getPropertyValue(`--${name}`).trim()));
    return found;
  };
}

export interface Canvas {
  ref: RefObject<HTMLCanvasElement>;
  /** Have it drawn at the next frame. */
  draw: () => void;
}

export function useCanvas(draw: Draw): Canvas {
  const ref = useRef<HTMLCanvasElement>(null);
  const current = useRef(draw);
  current.current = draw;
  const frame = useRef(0);
  const colours = useRef<Colours | null>(null);
  const paint = (): void => {
    frame.current = 0;
    const canvas = ref.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const { clientWidth: width, clientHeight: height } = canvas;
    const sharp = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * sharp) || canvas.height !== Math.round(height * sharp)) {
      canvas.width = Math.round(width * sharp);
      canvas.height = Math.round(height * sharp);
    }
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, width, height);
    colours.current ??= palette(canvas);
    current.current(context, width, height, colours.current);
  };
  const again = (): void => {
    if (frame.current === 0) frame.current = requestAnimationFrame(paint);
  };
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const other = (): void => {
      colours.current = null;
      again();
    };
    const sizes = new ResizeObserver(again);
    sizes.observe(canvas);
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", other);
    const forget = preferences.subscribe(other);
    return () => {
      cancelAnimationFrame(frame.current);
      frame.current = 0;
      sizes.disconnect();
      theme.removeEventListener("change", other);
      forget();
    };
  }, []);
  useEffect(again);
  return { ref, draw: again };
}

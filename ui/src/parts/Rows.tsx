/** A table of which only the rows in view are drawn, and which asks for more near its end. */

import {
  Virtualizer,
  windowScroll,
  observeWindowOffset,
  observeWindowRect,
} from "@tanstack/virtual-core";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface Column<T> {
  name: string;
  /** A track of a CSS grid, such as `8rem` or `minmax(0, 2fr)`. */
  width: string;
  cell: (row: T) => ComponentChildren;
  /** Left out where the page is narrower than this many pixels. */
  from?: number;
}

interface Props<T> {
  columns: readonly Column<T>[];
  rows: readonly T[];
  label: string;
  height?: number;
  more?: () => void;
  open?: (row: T) => void;
}

const AHEAD = 8;

export function Rows<T extends { id: string }>({ columns, rows, label, height = 40, more, open }: Props<T>) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(innerWidth);
  const [, draw] = useState(0);
  const [at, setAt] = useState(-1);
  const virtual = useRef<Virtualizer<Window, HTMLElement> | null>(null);
  const options = {
    count: rows.length,
    estimateSize: () => height,
    overscan: AHEAD,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    scrollMargin: place.current?.offsetTop ?? 0,
    initialRect: { width: innerWidth, height: innerHeight },
    onChange: () => draw((count) => count + 1),
  };
  virtual.current ??= new Virtualizer<Window, HTMLElement>(options as never);
  virtual.current.setOptions(options as never);
  useEffect(() => virtual.current?._didMount(), []);
  useLayoutEffect(() => virtual.current?._willUpdate());
  useEffect(() => {
    const change = (): void => setWidth(innerWidth);
    addEventListener("resize", change);
    return () => removeEventListener("resize", change);
  }, []);

  const shown = columns.filter((column) => width >= (column.from ?? 0));
  const grid = `grid-template-columns: ${shown.map((column) => column.width).join(" ")}`;
  const items = virtual.current.getVirtualItems();
  const last = items[items.length - 1];
  useEffect(() => {
    if (more && last && last.index >= rows.length - AHEAD) more();
  }, [last?.index, rows.length]);

  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step !== undefined) {
      const next = Math.max(0, Math.min(rows.length - 1, at + step));
      setAt(next);
      virtual.current?.scrollToIndex(next);
    } else if (event.key === "Enter" && event.target === event.currentTarget && rows[at]) {
      open?.(rows[at]);
    } else return;
    event.preventDefault();
  };
  return (
    <div role="table" aria-label={label} aria-rowcount={rows.length} class="rows" tabIndex={0} onKeyDown={keys}>
      <div role="row" class="rows-head" style={grid}>
        {shown.map((column) => (
          <span key={column.name} role="columnheader">
            {column.name}
          </span>
        ))}
      </div>
      <div ref={place} role="rowgroup" style={`position: relative; height: ${rows.length * height}px`}>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const top = item.start - (virtual.current?.options.scrollMargin ?? 0);
          return (
            <div
              key={row.id}
              role="row"
              aria-rowindex={item.index + 1}
              aria-selected={item.index === at}
              class="rows-row"
              style={`${grid}; height: ${height}px; transform: translateY(${top}px)`}
              onClick={(event) => {
                if (!(event.target as HTMLElement).closest("a, button, input")) open?.(row);
              }}
            >
              {shown.map((column) => (
                <span key={column.name} role="cell" class="rows-cell">
                  {column.cell(row)}
                </span>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}


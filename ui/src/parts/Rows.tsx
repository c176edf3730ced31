/** A table of which only the rows in view are drawn, and which asks for more near its end. */

import {
  Virtualizer,
  windowScroll,
  observeWindowOffset,
  observeWindowRect,
} from "@tanstack/virtual-core";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { preferences } from "../preferences";
import { ColumnChoice, shownOf } from "./ColumnChoice";

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
  /** What is selected; with `choose` each row has a box for it. */
  chosen?: ReadonlySet<string>;
  choose?: (ids: ReadonlySet<string>) => void;
}

const COMPACT = 0.8;
const CHOOSABLE = 3;
const AHEAD = 8;
// what a page takes beside a list of its own width, and the navigation from that width on
const [BESIDE, NAVIGATION, WITH_NAVIGATION] = [48, 216, 900];

export function Rows<T extends { id: string }>({ columns, rows, label, height: usual = 40, more, open, chosen, choose }: Props<T>) {
  const height = preferences.value.density === "compact" ? Math.round(usual * COMPACT) : usual;
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
    scrollMargin: place.current ? place.current.getBoundingClientRect().top + scrollY : 0,
    initialRect: { width: innerWidth, height: innerHeight },
    onChange: () => draw((count) => count + 1),
  };
  virtual.current ??= new Virtualizer<Window, HTMLElement>(options as never);
  virtual.current.setOptions(options as never);
  useEffect(() => virtual.current?._didMount(), []);
  useEffect(() => virtual.current?.measure(), [height]);
  useLayoutEffect(() => virtual.current?._willUpdate());
  useEffect(() => {
    const change = (): void => {
      // what stands beside the list narrows it as a narrower page does
      const own = place.current?.clientWidth ?? 0;
      const page = own + BESIDE;
      setWidth(own === 0 ? innerWidth : page < WITH_NAVIGATION ? Math.min(page, innerWidth) : page + NAVIGATION);
    };
    change();
    addEventListener("resize", change);
    return () => removeEventListener("resize", change);
  }, []);

  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose?.(next);
  };
  const box: Column<T> = {
    name: "Selected",
    width: "1.25rem",
    cell: (row) => (
      <label class="rows-check">
        <input type="checkbox" aria-label="Select" checked={chosen?.has(row.id) ?? false} onChange={() => toggle(row.id)} />
      </label>
    ),
  };
  const shown = [...(choose ? [box] : []), ...shownOf(columns, preferences.value.columns[label] ?? {}, width)];
  const areAll = rows.length > 0 && rows.every((row) => chosen?.has(row.id));
  const grid = `grid-template-columns: ${shown.map((column) => column.width).join(" ")}`;
  const items = virtual.current.getVirtualItems();
  const last = items[items.length - 1];
  useEffect(() => {
    if (more && last && last.index >= rows.length - AHEAD) more();
  }, [last?.index, rows.length]);

  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if ((event.target as HTMLElement).closest("input:not([type=checkbox]), select, textarea")) return;
    if (step !== undefined) {
      const next = Math.max(0, Math.min(rows.length - 1, at + step));
      setAt(next);
      virtual.current?.scrollToIndex(next);
    } else if (event.key === "Enter" && event.target === event.currentTarget && rows[at]) {
      open?.(rows[at]);
    } else if (event.key === "x" && choose && rows[at]) {
      toggle(rows[at].id);
    } else return;
    event.preventDefault();
  };
  const canChoose = columns.filter(({ from }) => from).length >= CHOOSABLE;
  return (
    <div class={canChoose ? "rows-place choosable" : "rows-place"}>
      {canChoose && (
        <span class="rows-columns">
          <ColumnChoice list={label} columns={columns} width={width} />
        </span>
      )}
      <div role="grid" aria-label={label} aria-rowcount={rows.length} class="rows" tabIndex={0} onKeyDown={keys}>
        <div role="rowgroup">
          <div role="row" class="rows-head" style={grid}>
            {shown.map((column) => (
              <span key={column.name} role="columnheader">
                {column === box ? (
                  <label class="rows-check">
                    <input
                      type="checkbox"
                      aria-label="Select all that are shown"
                      checked={areAll}
                      onChange={() => choose?.(new Set(areAll ? [] : rows.map((row) => row.id)))}
                    />
                  </label>
                ) : (
                  column.name
                )}
              </span>
            ))}
          </div>
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
                  <span key={column.name} role="gridcell" class="rows-cell">
                    {column.cell(row)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

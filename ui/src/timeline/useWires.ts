/** The timelines of a run and of the subflows that are opened in it, read once and then only what is new. */

import { useEffect, useRef, useState } from "preact/hooks";

import { api } from "../api/client";
import { useLive } from "../live/stream";
import { joined, wireOf, type Told, type Wire } from "./model";

export interface Wires {
  wire: Wire | null;
  /** Timelines of subflows by the ids of their runs. */
  subflows: ReadonlyMap<string, Wire>;
  error: Error | null;
  again: () => void;
}

const EVERY = 1_000;

export function useWires(id: string, isOver: boolean, opened: readonly string[]): Wires {
  const [wires, set] = useState<ReadonlyMap<string, Wire>>(new Map());
  const [error, fail] = useState<Error | null>(null);
  const latest = useRef(new Map<string, Wire>());
  const busy = useRef(new Set<string>());
  const wanted = [id, ...opened];
  const read = async (which: string): Promise<void> => {
    if (busy.current.has(which)) return;
    busy.current.add(which);
    try {
      const before = latest.current.get(which);
      const since = before ? `?since=${encodeURIComponent(before.until)}` : "";
      const told = wireOf(await api<Told>("GET", `/ui/flow-runs/${which}/timeline${since}`));
      latest.current.set(which, before ? joined(before, told) : told);
      fail(null);
      set(new Map(latest.current));
    } catch (thrown) {
      fail(thrown as Error);
    }
    busy.current.delete(which);
  };
  useEffect(() => void read(id), [id, isOver]);
  const text = opened.join(",");
  useEffect(() => {
    for (const each of opened) if (!latest.current.has(each)) void read(each);
  }, [text]);
  useLive(
    wanted.map((each) => `tasks:${each}`),
    (patches) => {
      const told = new Set(patches.map(({ subject }) => subject));
      for (const each of wanted) if (told.has(each)) void read(each);
    },
  );
  useEffect(() => {
    if (isOver) return;
    // bars of what runs grow, without asking the server
    const grow = setInterval(() => {
      const now = latest.current.get(id);
      if (!now || document.hidden) return;
      set(new Map(latest.current).set(id, { ...now, until: new Date().toISOString() }));
    }, EVERY);
    return () => clearInterval(grow);
  }, [isOver]);
  const subflows = new Map([...wires].filter(([each]) => opened.includes(each)));
  return { wire: wires.get(id) ?? null, subflows, error, again: () => void read(id) };
}

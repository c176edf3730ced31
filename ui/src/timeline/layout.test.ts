import { describe, expect, it } from "vitest";

import { bars, clustered, dag, density, depths, durations, gantt, packed, ticks, type Emit } from "./layout";
import { embedded } from "./embed";
import { attemptsOf, childrenOf, criticalPath, joined, modelOf, wireOf, type Wire } from "./model";

function wire(spans: [number, number | null][], parents: Record<string, string[]> = {}, states?: number[]): Wire {
  return {
    origin: "2026-01-01T00:00:00Z",
    until: "2026-01-01T00:01:00Z",
    end: null,
    states: ["COMPLETED:Completed", "FAILED:Failed", "RUNNING:Running"],
    groups: ["a", "b"],
    nodes: {
      id: spans.map((_, index) => `n${index}`),
      name: spans.map((_, index) => `node ${index}`),
      group: spans.map((_, index) => index % 2),
      state: states ?? spans.map(([, end]) => (end === null ? 2 : 0)),
      expected: spans.map(([start]) => start),
      start: spans.map(([start]) => start),
      end: spans.map(([, end]) => end),
      runs: spans.map(() => 1),
      subflow: {},
      parents,
    },
    attempts: {},
    artifacts: [],
    run_states: [],
  };
}

function drawn(model: ReturnType<typeof modelOf>, layout: ReturnType<typeof gantt>, lane: number, scale: number) {
  const found: Parameters<Emit>[] = [];
  bars(layout, model.kind, lane, layout.min, scale, 1000, (...bar) => found.push(bar));
  return found;
}

describe("the model of a timeline", () => {
  it("lets what runs end now", () => {
    expect(modelOf(wire([[10, null]])).to[0]).toBe(60_000);
  });

  it("finds the chain that the end waited for", () => {
    const model = modelOf(wire([[0, 5], [0, 9], [9, 12], [5, 7]], { n2: ["n0", "n1"], n3: ["n0"] }));
    expect(criticalPath(model)).toEqual([1, 2]);
    expect(childrenOf(model).get(0)).toEqual([2, 3]);
  });

  it("changes what is known and adds what is new", () => {
    const before = wire([[0, null]]);
    const later = { ...wire([[0, 4], [5, 6]]), states: ["FAILED:Failed", "COMPLETED:Completed"], groups: ["c", "a"] };
    const both = joined(before, later);
    expect(both.nodes.id).toEqual(["n0", "n1"]);
    expect(both.nodes.end).toEqual([4, 6]);
    expect(both.nodes.state.map((state) => both.states[state])).toEqual(["FAILED:Failed", "FAILED:Failed"]);
    expect(both.nodes.group.map((group) => both.groups[group])).toEqual(["c", "a"]);
  });
});

describe("layouts", () => {
  it("puts what does not overlap into one lane", () => {
    const from = Float64Array.from([0, 1, 5, 6]);
    const to = Float64Array.from([5, 3, 8, 9]);
    expect(packed([0, 1, 2, 3], from, to)).toEqual([[0, 3], [1, 2]]);
  });

  it("never lets two bars of a lane overlap, and loses none", () => {
    const spans = Array.from({ length: 500 }, (_, index): [number, number] => {
      const start = (index * 7919) % 1000;
      return [start, start + ((index * 104729) % 50)];
    });
    const model = modelOf(wire(spans));
    const layout = gantt(model, true, new Set());
    expect(new Set(layout.order).size).toBe(500);
    for (let lane = 0; lane < layout.lanes.length; lane++) {
      for (let at = (layout.offsets[lane] ?? 0) + 1; at < (layout.offsets[lane + 1] ?? 0); at++) {
        const [before, node] = [layout.order[at - 1] ?? 0, layout.order[at] ?? 0];
        expect(layout.from[node]).toBeGreaterThanOrEqual(layout.to[before] ?? 0);
      }
    }
  });

  it("gives few nodes a line each, and folds groups into their heads", () => {
    const model = modelOf(wire([[0, 1], [0, 1], [2, 3]]));
    expect(gantt(model, false, new Set()).lanes).toHaveLength(3);
    const folded = gantt(model, true, new Set([0]));
    expect(folded.lanes.map((lane) => [lane.group, lane.isHead])).toEqual([[0, true], [1, true], [1, false]]);
    expect([...folded.lane]).toEqual([0, 2, 0]);
  });

  it("counts steps of dependencies, and survives circles", () => {
    const chain = modelOf(wire([[0, 1], [0, 1], [0, 1]], { n1: ["n0"], n2: ["n1", "n0"] }));
    expect([...depths(chain)]).toEqual([0, 1, 2]);
    expect(dag(chain).lanes).toHaveLength(1);
    expect([...depths(modelOf(wire([[0, 1], [0, 1]], { n0: ["n1"], n1: ["n0"] })))]).toEqual([0, 0]);
  });

  it("sorts by duration", () => {
    expect([...durations(modelOf(wire([[0, 1], [0, 9], [5, 8]]))).order]).toEqual([1, 2, 0]);
  });
});

describe("level of detail", () => {
  it("draws wide bars one by one", () => {
    const model = modelOf(wire([[0, 10], [20, 40]]));
    const layout = gantt({ ...model, group: new Int32Array(2) }, true, new Set());
    expect(drawn(model, layout, 1, 1)).toEqual([[0, 10, 0, 0], [20, 40, 0, 1]]);
  });

  it("merges what is narrower than a pixel, and failures win", () => {
    const spans = Array.from({ length: 1000 }, (_, index): [number, number] => [index, index + 1]);
    const model = modelOf(wire(spans, {}, spans.map((_, index) => (index === 503 ? 1 : 0))));
    const layout = gantt({ ...model, group: new Int32Array(1000) }, true, new Set());
    const found = drawn(model, layout, 1, 0.01);
    expect(found).toHaveLength(10);
    expect(found.filter(([, , kind]) => kind === 8).map(([left]) => left)).toEqual([5]);
  });

  it("leaves out what is not in view", () => {
    const spans = Array.from({ length: 100 }, (_, index): [number, number] => [index * 10, index * 10 + 9]);
    const model = modelOf(wire(spans));
    const layout = gantt({ ...model, group: new Int32Array(100) }, true, new Set());
    const found: number[] = [];
    bars(layout, model.kind, 1, 500, 1, 100, (_left, _right, _kind, node) => found.push(node));
    expect(found[0]).toBe(50);
    expect(found.length).toBeLessThanOrEqual(11);
  });

  it("counts what is under way", () => {
    const model = modelOf(wire([[0, 10], [5, 10]]));
    expect([...density(model, 2, 0, 10, 9)].filter((_, index) => index % 9 === 0)).toEqual([1, 2]);
  });
});

it("puts marks that are close into one", () => {
  expect(clustered([30, 1, 3], 5)).toEqual([[1, 2, 1], [30, 1, 0]]);
});

it("chooses round steps", () => {
  expect(ticks(0, 10_000, 5)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
});

describe("subflows that are opened", () => {
  const base = { ...wire([[0, 10], [10, 90], [95, 99]]), nodes: { ...wire([[0, 10], [10, 90], [95, 99]]).nodes, subflow: { n1: "sub" } } };
  const inner = wire([[0, 20], [20, 60]], { m1: ["m0"] });
  const sub: Wire = {
    ...inner,
    origin: "2026-01-01T00:00:00.015Z",
    nodes: { ...inner.nodes, id: ["m0", "m1"], name: ["in 0", "in 1"] },
    attempts: { m1: [[20, 30, "FAILED"], [40, 60, "COMPLETED"]] },
  };

  it("stand below their caller, at their times", () => {
    const both = embedded(base, new Map([["sub", sub]]));
    const model = modelOf(both);
    expect(model.count).toBe(5);
    expect([model.from[3], model.to[4]]).toEqual([15, 75]);
    const layout = gantt(model, false, new Set());
    expect([...layout.order].map((node) => both.nodes.id[node])).toEqual(["n0", "n1", "m0", "m1", "n2"]);
    expect(layout.lanes.map(({ depth }) => depth)).toEqual([0, 0, 1, 1, 0]);
    expect(both.groups[both.nodes.group[3] ?? 0]).toBe("node 1 › a");
    expect(attemptsOf(model, 4).map(([from, to]) => [from, to])).toEqual([[35, 45], [55, 75]]);
  });

  it("are left out where nobody called them, and change nothing of what was told", () => {
    const text = JSON.stringify(base);
    expect(embedded(base, new Map([["other", sub]])).nodes.id).toEqual(base.nodes.id);
    embedded(base, new Map([["sub", sub]]));
    expect(JSON.stringify(base)).toBe(text);
  });
});

describe("what the server tells", () => {
  it("names parents by their place, and those it does not tell by their ids", () => {
    const made = wire([[0, 1], [1, 2]]);
    const told = { ...made, nodes: { ...made.nodes, parents: [null, [0, "elsewhere"]] } };
    expect(wireOf(told).nodes.parents).toEqual({ [made.nodes.id[1] ?? ""]: [made.nodes.id[0], "elsewhere"] });
  });
});

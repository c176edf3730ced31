/** When the tasks of several runs ran, on one axis that begins where each run began. */

import { useQuery } from "../../api/queries";
import { api } from "../../api/client";
import type { FlowRunView } from "../../api/types";
import { Answer } from "../../parts/Answer";
import { useCanvas } from "../../parts/canvas";
import { duration } from "../../parts/time";
import { packed, ticks } from "../../timeline/layout";
import { modelOf, TYPES, wireOf, type Model, type Told, type Wire } from "../../timeline/model";
import { fillOf } from "../../timeline/paint";

const LEAST = 4;
const MOST = 12;
const TALLEST = 220;
const AXIS = 18;

interface Drawn {
  name: string;
  model: Model;
  lanes: number[][];
}

function drawn(name: string, wire: Wire): Drawn {
  const model = modelOf(wire);
  const nodes = [...model.from.keys()].sort((one, other) => (model.from[one] ?? 0) - (model.from[other] ?? 0));
  return { name, model, lanes: packed(nodes, model.from, model.to) };
}

export function Timelines({ views }: { views: readonly FlowRunView[] }) {
  const ids = views.map(({ run }) => run.id);
  const asked = useQuery<Wire[]>({
    key: ["compare-timelines", ...ids],
    read: (signal) => Promise.all(ids.map((id) => api<Told>("GET", `/ui/flow-runs/${id}/timeline`, { signal }).then(wireOf))),
  });
  return (
    <section class="panel" aria-label="Timelines">
      <header>
        <h2>Over time</h2>
      </header>
      <Answer of={asked}>
        {(wires) => {
          const all = wires.map((wire, at) => drawn(views[at]?.run.name ?? "", wire));
          const longest = Math.max(1, ...all.flatMap(({ model }) => [model.now, ...model.to]));
          return (
            <div class="inside stack">
              {all.map((each, at) => (
                <Lanes key={ids[at]} of={each} longest={longest} />
              ))}
            </div>
          );
        }}
      </Answer>
    </section>
  );
}

function Lanes({ of: { name, model, lanes }, longest }: { of: Drawn; longest: number }) {
  const lane = Math.max(LEAST, Math.min(MOST, (TALLEST - AXIS) / Math.max(1, lanes.length)));
  const height = Math.min(TALLEST, AXIS + lane * Math.max(1, lanes.length));
  const { ref } = useCanvas((context, width, _, colours) => {
    const scale = width / longest;
    context.font = `10px ${colours("font")}`;
    for (const at of ticks(0, longest, width / 110)) {
      context.fillStyle = colours("border");
      context.fillRect(Math.round(at * scale), AXIS, 1, height - AXIS);
      context.fillStyle = colours("text-3");
      context.fillText(duration(at / 1000), at * scale + 3, 10);
    }
    lanes.forEach((nodes, row) => {
      for (const node of nodes) {
        const left = (model.from[node] ?? 0) * scale;
        context.fillStyle = colours(fillOf(model.kind[node] ?? 0));
        context.fillRect(left, AXIS + row * lane, Math.max(1, (model.to[node] ?? 0) * scale - left), Math.max(1, lane - 1));
      }
    });
    context.fillStyle = colours("accent");
    if (model.wire.end !== null) context.fillRect(model.wire.end * scale - 1, AXIS, 2, height - AXIS);
  });
  const failed = [...model.kind].filter((kind) => TYPES[kind] === "FAILED" || TYPES[kind] === "CRASHED").length;
  const words = `${model.count} task runs in ${duration(model.now / 1000)}${failed > 0 ? `, ${failed} failed` : ""}`;
  return (
    <figure style="margin: 0">
      <figcaption>
        <b>{name}</b> <span class="muted">{words}</span>
      </figcaption>
      <canvas ref={ref} role="img" aria-label={`${name}: ${words}`} style={`width: 100%; height: ${height}px`} />
    </figure>
  );
}

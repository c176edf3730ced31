/** The timeline as a table: the same parts as text, for those who do not see the picture. */

import { useMemo } from "preact/hooks";
import { Link } from "wouter-preact";

import { Rows, type Column } from "../parts/Rows";
import { StateBadge } from "../parts/StateBadge";
import { duration } from "../parts/time";
import { range } from "./layout";
import { parentsOf, stateOf, type Model } from "./model";

interface Part {
  id: string;
  node: number;
}

export function Table({ model, found, select }: { model: Model; found: Uint8Array | null; select: (node: number) => void }) {
  const { nodes } = model.wire;
  const parts = useMemo<Part[]>(
    () =>
      [...range(model.count)]
        .filter((node) => found === null || found[node] === 1)
        .sort((a, b) => (model.from[a] ?? 0) - (model.from[b] ?? 0))
        .map((node) => ({ id: nodes.id[node] ?? "", node })),
    [model, found],
  );
  const columns: readonly Column<Part>[] = [
    {
      name: "Part",
      width: "minmax(8rem, 1.4fr)",
      cell: ({ id, node }) => (
        <Link class="name-of" href={nodes.subflow[id] ? `/runs/flow-run/${nodes.subflow[id]}` : `/runs/task-run/${id}`}>
          {nodes.name[node]}
        </Link>
      ),
    },
    {
      name: "State",
      width: "8.5rem",
      cell: ({ node }) => {
        const state = stateOf(model, node);
        return <StateBadge type={state.type} name={state.name} />;
      },
    },
    { name: "Begins at", width: "5.5rem", from: 560, cell: ({ node }) => `+${duration((model.from[node] ?? 0) / 1000)}` },
    {
      name: "Duration",
      width: "5.5rem",
      from: 480,
      cell: ({ node }) => duration(((model.to[node] ?? 0) - (model.from[node] ?? 0)) / 1000),
    },
    {
      name: "Needs",
      width: "minmax(0, 1fr)",
      from: 800,
      cell: ({ node }) => parentsOf(model, node).map((parent) => nodes.name[parent]).join(", "),
    },
  ];
  return <Rows columns={columns} rows={parts} label="Parts of the run" height={34} open={({ node }) => select(node)} />;
}

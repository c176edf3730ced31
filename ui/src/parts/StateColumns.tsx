/** How many runs were in which state over time: a stacked column for each step. */

import { useCanvas } from "./canvas";
import { colourOf, type StateType } from "./StateBadge";

export interface StateColumn {
  column: number;
  counts: Partial<Record<StateType, number>>;
}

const ORDER: readonly StateType[] = [
  "FAILED",
  "CRASHED",
  "CANCELLED",
  "CANCELLING",
  "RUNNING",
  "PAUSED",
  "PENDING",
  "SCHEDULED",
  "COMPLETED",
];

interface Props {
  columns: readonly StateColumn[];
  steps: number;
  label: string;
  height?: number;
}

export function StateColumns({ columns, steps, label, height = 64 }: Props) {
  const { ref } = useCanvas((context, width, high, colours) => {
    const step = width / steps;
    const total = ({ counts }: StateColumn): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
    const most = Math.max(1, ...columns.map(total));
    for (let column = 0; column < steps; column++) {
      context.fillStyle = colours("sunken");
      context.fillRect(column * step, high - 2, Math.max(1, step - 2), 2);
    }
    for (const each of columns) {
      let top = high;
      for (const state of ORDER) {
        const count = each.counts[state];
        if (!count) continue;
        const part = Math.max(1.5, (count / most) * high);
        top -= part;
        context.fillStyle = colours(`${colourOf(state)}-fill`);
        context.fillRect(each.column * step, top, Math.max(1, step - 2), part);
      }
    }
  });
  return <canvas ref={ref} role="img" aria-label={label} style={`display: block; width: 100%; height: ${height}px`} />;
}

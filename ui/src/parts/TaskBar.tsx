/** The task runs of a flow run by state, as one small stacked bar. */

import { colourOf, type StateType } from "./StateBadge";

const ORDER: readonly StateType[] = [
  "COMPLETED",
  "RUNNING",
  "PAUSED",
  "PENDING",
  "SCHEDULED",
  "CANCELLING",
  "CANCELLED",
  "CRASHED",
  "FAILED",
];

export function TaskBar({ counts, what = "Task runs" }: { counts: Partial<Record<StateType, number>>; what?: string }) {
  const total = ORDER.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
  if (total === 0) return <span class="muted">–</span>;
  const told = ORDER.filter((type) => counts[type]).map((type) => `${counts[type]} ${type.toLowerCase()}`);
  return (
    <span class="row" style="gap: 6px" title={`${what}: ${told.join(", ")}`}>
      <span class="task-bar" role="img" aria-label={told.join(", ")}>
        {ORDER.map((type) => {
          const count = counts[type];
          return count ? (
            <span key={type} style={`flex: ${count}; background: var(--${colourOf(type)}-fill)`} />
          ) : null;
        })}
      </span>
      <span class="muted">{total}</span>
    </span>
  );
}

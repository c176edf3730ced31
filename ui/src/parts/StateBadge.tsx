/** The state of a run: icon, name and colour, never colour alone. */

import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
} from "lucide-preact";

export type StateType =
  | "SCHEDULED"
  | "PENDING"
  | "RUNNING"
  | "COMPLETED"
  | "FAILED"
  | "CANCELLED"
  | "CANCELLING"
  | "CRASHED"
  | "PAUSED";

const LOOKS: Record<StateType, { icon: LucideIcon; colour: string; name: string }> = {
  SCHEDULED: { icon: Clock, colour: "scheduled", name: "Scheduled" },
  PENDING: { icon: CircleDashed, colour: "pending", name: "Pending" },
  RUNNING: { icon: LoaderCircle, colour: "running", name: "Running" },
  COMPLETED: { icon: CircleCheck, colour: "completed", name: "Completed" },
  FAILED: { icon: CircleX, colour: "failed", name: "Failed" },
  CANCELLED: { icon: Ban, colour: "cancelled", name: "Cancelled" },
  CANCELLING: { icon: Ban, colour: "cancelled", name: "Cancelling" },
  CRASHED: { icon: CircleAlert, colour: "crashed", name: "Crashed" },
  PAUSED: { icon: CirclePause, colour: "paused", name: "Paused" },
};

/** The name of a state's colour, as in `var(--completed-fill)`. */
export function colourOf(type: string | null | undefined): string {
  return LOOKS[type as StateType]?.colour ?? "pending";
}

export function StateBadge({ type, name }: { type: string | null | undefined; name?: string | null }) {
  const look = LOOKS[type as StateType] ?? LOOKS.PENDING;
  const Icon = look.icon;
  return (
    <span class="badge" style={`color: var(--${look.colour}); background: var(--${look.colour}-soft)`}>
      <Icon size={13} strokeWidth={2.4} class={type === "RUNNING" ? "spin" : ""} aria-hidden />
      {name ?? (type ? look.name : "No state")}
    </span>
  );
}

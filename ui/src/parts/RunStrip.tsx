/** The last runs of something as bars: height is duration, colour is state, a click opens the run. */

import { Link } from "wouter-preact";

import type { Point } from "../api/types";
import { colourOf } from "./StateBadge";
import { duration } from "./time";
import "./strip.css";

const LOWEST = 18;

export function RunStrip({ runs, label = "Last runs" }: { runs: readonly Point[]; label?: string }) {
  if (runs.length === 0) return <span class="muted">No runs</span>;
  const longest = Math.max(...runs.map((run) => run.duration), 0.001);
  return (
    <span class="strip" role="group" aria-label={label}>
      {runs.map((run) => (
        <Link
          key={run.id}
          href={`/runs/flow-run/${run.id}`}
          title={`${run.name}: ${run.state_name ?? "no state"}, ${duration(run.duration)}`}
          aria-label={`${run.name}: ${run.state_name ?? "no state"}`}
          style={`height: ${LOWEST + (100 - LOWEST) * Math.sqrt(run.duration / longest)}%; background: var(--${colourOf(run.state_type)}-fill)`}
        />
      ))}
    </span>
  );
}

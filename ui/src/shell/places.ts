/** The main pages, as the navigation and the palette list them. */

import {
  Activity,
  Blocks,
  Boxes,
  CalendarDays,
  Gauge,
  LayoutDashboard,
  type LucideIcon,
  Package,
  Play,
  Variable,
  Waypoints,
  Workflow,
  Zap,
} from "lucide-preact";

export const PLACES: readonly (readonly [string, string, LucideIcon])[] = [
  ["/dashboard", "Dashboard", LayoutDashboard],
  ["/runs", "Runs", Play],
  ["/flows", "Flows", Workflow],
  ["/deployments", "Deployments", Package],
  ["/work-pools", "Work Pools", Boxes],
  ["/blocks", "Blocks", Blocks],
  ["/variables", "Variables", Variable],
  ["/automations", "Automations", Zap],
  ["/events", "Event Feed", Activity],
  ["/concurrency-limits", "Concurrency", Gauge],
  ["/artifacts", "Artifacts", Waypoints],
  ["/schedule", "Schedule", CalendarDays],
];

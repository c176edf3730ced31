/** Events as the API tells them, and where the things they are about have their pages. */

export interface Related {
  "prefect.resource.id": string;
  "prefect.resource.name"?: string;
  "prefect.resource.role"?: string;
  [label: string]: string | undefined;
}

export interface Event {
  id: string;
  occurred: string;
  event: string;
  resource: Related;
  related: Related[];
  payload: Record<string, unknown>;
  follows: string | null;
}

export interface EventPage {
  events: Event[];
  total: number;
  next_page: string | null;
}

const PLACES: Record<string, (id: string, name: string) => string> = {
  "flow-run": (id) => `/runs/flow-run/${id}`,
  "task-run": (id) => `/runs/task-run/${id}`,
  flow: (id) => `/flows/flow/${id}`,
  deployment: (id) => `/deployments/deployment/${id}`,
  "work-pool": (id, name) => `/work-pools/work-pool/${encodeURIComponent(name || id)}`,
  "work-queue": (id) => `/work-queues/work-queue/${id}`,
  automation: (id) => `/automations/automation/${id}`,
  "block-document": (id) => `/blocks/block/${id}`,
  "concurrency-limit": (id) => `/concurrency-limits/concurrency-limit/${id}`,
  artifact: (id) => `/artifacts/artifact/${id}`,
  variable: (_, name) => `/variables?edit=${encodeURIComponent(name)}`,
};

/** The page of a resource; null if it has none. */
export function placeOf(resource: Related): string | null {
  const found = /^prefect\.([a-z-]+)\.(.+)$/.exec(resource["prefect.resource.id"]);
  if (!found) return null;
  return PLACES[found[1] ?? ""]?.(found[2] ?? "", resource["prefect.resource.name"] ?? "") ?? null;
}

export function nameOf(resource: Related): string {
  return resource["prefect.resource.name"] ?? resource["prefect.resource.id"];
}

/** `prefect.flow-run.Completed` as `Flow run completed`. */
export function eventWords(name: string): string {
  const words = name.replace(/^prefect\./, "").replace(/[.-]/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function eventPath(event: Event): string {
  return `/events/event/${event.occurred.slice(0, 10)}/${event.id}`;
}

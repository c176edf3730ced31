/** Concurrency limits as the API tells them. */

export interface GlobalLimit {
  id: string;
  name: string;
  updated: string;
  limit: number;
  active: boolean;
  active_slots: number;
  slot_decay_per_second: number;
}

export interface TagLimit {
  id: string;
  tag: string;
  updated: string;
  concurrency_limit: number;
  active_slots: string[];
}

export interface LimitView extends GlobalLimit {
  created: string;
  holders: {
    id: string;
    slots: number;
    since: string;
    until: string | null;
    holder: { type: string; id: string } | null;
    name: string | null;
  }[];
  waiters: { id: string; slots: number; since: string }[];
}

/** Limits that the server keeps for deployments and tags have names of their own. */
export function systemKind(name: string): "deployment" | "tag" | null {
  const [kind] = name.split(":");
  return name.includes(":") && (kind === "deployment" || kind === "tag") ? kind : null;
}

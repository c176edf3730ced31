/** What the filter bar says, in the address and as the API takes it. */

import type { Parameters } from "../../parts/useParams";

export const RANGES: Readonly<Record<string, [string, number]>> = {
  "1h": ["Last hour", 3_600],
  "24h": ["Last 24 hours", 86_400],
  "7d": ["Last 7 days", 7 * 86_400],
  "30d": ["Last 30 days", 30 * 86_400],
};

/** Those that are behind one button. */
export const MORE = ["parameter", "longer-than", "queues", "created-by"] as const;

/** Query parameters that belong to a filter, and so to a saved one. */
export const FILTERS = [
  "state",
  "flows",
  "deployments",
  "work-pools",
  "tags",
  "tags-any",
  "tags-none",
  "range",
  "start",
  "end",
  "hide-subflows",
  "flow-run-search",
  ...MORE,
] as const;

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90`, `5m` or `2 h` in seconds; null where it is no length of time. */
export function secondsOf(text: string): number | null {
  const [, count, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * (UNITS[unit] ?? 1);
}

/** `a=1, b=text` as values by name: JSON where it is some, else text. */
export function pairsOf(text: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const pair of text.split(",").map((each) => each.trim())) {
    const at = pair.indexOf("=");
    if (at <= 0) continue;
    const value = pair.slice(at + 1).trim();
    try {
      found[pair.slice(0, at).trim()] = JSON.parse(value) as unknown;
    } catch {
      found[pair.slice(0, at).trim()] = value; // no JSON: a text as it stands
    }
  }
  return found;
}

export interface Span {
  since: string | null;
  until: string | null;
}

/** From when to when, in steps of a minute, so that the question stays the same while the page is drawn again. */
export function spanOf(parameters: Pick<Parameters, "get">, now: number): Span {
  const start = parameters.get("start");
  const end = parameters.get("end");
  if (start || end) return { since: start || null, until: end || null };
  const seconds = RANGES[parameters.get("range")]?.[1];
  if (seconds === undefined) return { since: null, until: null };
  const minute = Math.floor(now / 60_000) * 60_000;
  return { since: new Date(minute - seconds * 1000).toISOString(), until: null };
}

/** The span of the same length before this one, or after it; null for one without a beginning. */
export function stepped(span: Span, direction: -1 | 1, now: number): { start: string; end: string } | null {
  if (!span.since) return null;
  const since = Date.parse(span.since);
  const until = span.until ? Date.parse(span.until) : now;
  const by = (until - since) * direction;
  return { start: new Date(since + by).toISOString(), end: new Date(until + by).toISOString() };
}

type Json = Record<string, unknown>;

/** The filter of flow runs as the body of a request. */
export function bodyOf(parameters: Pick<Parameters, "get" | "list">, now: number): Json {
  const runs: Json = {};
  const states = parameters.list("state");
  const types = states.filter((state) => state === state.toUpperCase());
  const names = states.filter((state) => state !== state.toUpperCase());
  if (states.length > 0) {
    runs["state"] = {
      operator: "or_",
      ...(types.length > 0 ? { type: { any_: types } } : {}),
      ...(names.length > 0 ? { name: { any_: names } } : {}),
    };
  }
  const [all, any] = [parameters.list("tags"), parameters.list("tags-any")];
  if (all.length + any.length > 0) {
    runs["tags"] = { ...(all.length > 0 ? { all_: all } : {}), ...(any.length > 0 ? { any_: any } : {}) };
  }
  if (parameters.get("flow-run-search")) runs["name"] = { like_: parameters.get("flow-run-search") };
  if (parameters.get("hide-subflows") === "true") runs["parent_task_run_id"] = { is_null_: true };
  const { since, until } = spanOf(parameters, now);
  if (since || until) {
    runs["start_time"] = { ...(since ? { after_: since } : {}), ...(until ? { before_: until } : {}) };
  }
  const flows = parameters.list("flows");
  const deployments = parameters.list("deployments");
  const pools = parameters.list("work-pools");
  const without = parameters.list("tags-none");
  const longer = secondsOf(parameters.get("longer-than"));
  const queues = parameters.list("queues").map((queue) => queue.trim());
  const values = pairsOf(parameters.get("parameter"));
  return {
    ...(Object.keys(runs).length > 0 ? { flow_runs: runs } : {}),
    ...(flows.length > 0 ? { flows: { id: { any_: flows } } } : {}),
    ...(deployments.length > 0 ? { deployments: { id: { any_: deployments } } } : {}),
    ...(pools.length > 0 ? { work_pools: { name: { any_: pools } } } : {}),
    ...(without.length > 0 ? { without_tags: without } : {}),
    ...(longer !== null ? { longer_than: longer } : {}),
    ...(queues.length > 0 ? { queues } : {}),
    ...(parameters.get("created-by") ? { created_by: parameters.get("created-by") } : {}),
    ...(Object.keys(values).length > 0 ? { parameters: values } : {}),
  };
}

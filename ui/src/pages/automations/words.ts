/** Triggers and actions in words: every one of them, also those that no form has made. */

import { ACTIONS, type Action, type EventTrigger, type Labels, type Trigger } from "./types";

const list = (texts: readonly string[], join = "or"): string =>
  texts.length < 2 ? (texts[0] ?? "") : `${texts.slice(0, -1).join(", ")} ${join} ${texts.at(-1)}`;

function duration(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds % 60 === 0) return `${seconds / 60} m`;
  return seconds > 60 ? `${Math.floor(seconds / 60)} m ${seconds % 60} s` : `${seconds} s`;
}

const KINDS: Record<string, string> = {
  "prefect.flow-run.": "flow run",
  "prefect.task-run.": "task run",
  "prefect.flow.": "flow",
  "prefect.deployment.": "deployment",
  "prefect.work-pool.": "work pool",
  "prefect.work-queue.": "work queue",
  "prefect.automation.": "automation",
};

/** `prefect.flow-run.*` as `any flow run`. */
function resourceWords(id: string): string {
  for (const [prefix, kind] of Object.entries(KINDS)) {
    if (id === `${prefix}*`) return `any ${kind}`;
    if (id.startsWith(prefix)) return `${kind} ${id.slice(prefix.length)}`;
  }
  return id === "*" ? "anything" : id;
}

function labelWords(labels: Labels): string {
  return list(
    Object.entries(labels).map(([label, wanted]) => {
      const values = Array.isArray(wanted) ? wanted : [wanted];
      if (label === "prefect.resource.id") return list(values.map(resourceWords));
      if (label === "prefect.resource.name") return `the name ${list(values.map((each) => `“${each}”`))}`;
      if (label === "prefect.resource.role") return `the role ${list(values)}`;
      return `${label} = ${list(values)}`;
    }),
    "and",
  );
}

function eventWords(trigger: EventTrigger): string {
  const { match = {}, match_related = {}, after = [], expect = [], threshold = 1, within = 0, for_each = [] } = trigger;
  const what = expect.length > 0 ? list(expect) : "any event";
  const isProactive = trigger.posture === "Proactive";
  const parts: string[] = [];
  if (isProactive) parts.push(`When ${what} does not happen${threshold > 1 ? ` ${threshold} times` : ""}`);
  else parts.push(`When ${what} happens${threshold > 1 ? ` ${threshold} times` : ""}`);
  if (within > 0) parts.push(`within ${duration(within)}`);
  if (Object.keys(match).length > 0) parts.push(`to ${labelWords(match)}`);
  const related = (Array.isArray(match_related) ? match_related : [match_related]).filter((each) => Object.keys(each).length > 0);
  if (related.length > 0) parts.push(`related to ${related.map(labelWords).join(", and to ")}`);
  if (after.length > 0) parts.push(`after ${list(after)}`);
  if (for_each.length > 0) parts.push(`(counted for each ${list(for_each.map((each) => (each === "prefect.resource.id" ? "resource" : each)), "and")})`);
  return parts.join(" ");
}

/** A trigger in one sentence for each of its parts, with their depth. */
export function triggerWords(trigger: Trigger, depth = 0): { depth: number; words: string }[] {
  if (trigger.type === "event" || !("triggers" in trigger)) return [{ depth, words: eventWords(trigger as EventTrigger) }];
  const within = trigger.within ? ` within ${duration(trigger.within)}` : "";
  const many = trigger.require === "any" ? "any of these" : trigger.require === "all" ? "all of these" : `${trigger.require} of these`;
  const words = trigger.type === "sequence" ? `When these happen in this order${within}:` : `When ${many} happen${within}:`;
  return [{ depth, words }, ...trigger.triggers.flatMap((each) => triggerWords(each, depth + 1))];
}

export function actionWords(action: Action): string {
  const words = ACTIONS[action.type]?.words ?? action.type;
  if (action.type === "change-flow-run-state") return `${words} to ${String(action["name"] ?? action["state"])}`;
  if (action.type === "send-notification") return `${words}: “${String(action["subject"] ?? "Prefect automated notification")}”`;
  return action.source === "inferred" ? `${words} (the one of the event)` : words;
}

/** What is selected by an action: a kind and an id; null where nothing is. */
export function selectedBy(action: Action): { kind: string; id: string } | null {
  for (const kind of ["deployment", "work_queue", "work_pool", "automation", "block_document"]) {
    const id = action[`${kind}_id`];
    if (typeof id === "string") return { kind, id };
  }
  return null;
}

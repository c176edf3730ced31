/** What is asked of a log: from the page's address to the body of a request, without any drawing. */

import type { Parameters } from "../parts/useParams";
import type { Line } from "./lines";

export interface Wanted {
  flow_run_id?: string;
  task_run_id?: string;
  level_from: number;
  level_to: number;
  logger: string | null;
  text: string | null;
  pattern: string | null;
  context: number;
}

export interface Asked {
  /** Which lines are shown. */
  wanted: Wanted;
  /** Which of them are hits, where all lines are shown and not only the hits. */
  hits: Wanted | null;
  /** What is marked in the lines. */
  mark: RegExp | null;
}

/** Levels of which a page shows those and higher ones (`30`) or no others (`=30`). */
export const LEVELS: readonly (readonly [string, string])[] = [
  ["", "All levels"],
  ["10", "Debug and up"],
  ["20", "Info and up"],
  ["30", "Warnings and up"],
  ["40", "Errors and up"],
  ["50", "Critical"],
  ["=10", "Debug only"],
  ["=20", "Info only"],
  ["=30", "Warnings only"],
  ["=40", "Errors only"],
];

export const CONTEXTS: readonly (readonly [string, string])[] = [
  ["", "Only hits"],
  ["2", "Hits ± 2 lines"],
  ["5", "Hits ± 5 lines"],
  ["20", "Hits ± 20 lines"],
  ["all", "All lines"],
];

const STEP = 10;
const HIGHEST = 100;

function span(level: string): [number, number] {
  const isOnly = level.startsWith("=");
  const from = Number(isOnly ? level.slice(1) : level) || 0;
  return [from, isOnly ? from + STEP - 1 : HIGHEST];
}

/** What marks hits in a text; null where nothing is searched for, or where the pattern is not one of browsers. */
export function marker(search: string, isPattern: boolean): RegExp | null {
  if (!search) return null;
  if (!isPattern) return new RegExp(search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi");
  try {
    return new RegExp(search, "gim");
  } catch {
    return null; // the server has other patterns, and says what is wrong with this one
  }
}

export function askedOf(
  parameters: Pick<Parameters, "get">,
  run: { flowRun?: string | undefined; taskRun?: string | undefined },
): Asked {
  const search = parameters.get("log-search");
  const isPattern = parameters.get("log-regex") === "true";
  const around = parameters.get("log-context");
  const taskRun = run.taskRun ?? parameters.get("log-task");
  const [from, to] = span(parameters.get("level"));
  const base: Wanted = {
    ...(run.flowRun ? { flow_run_id: run.flowRun } : {}),
    ...(taskRun ? { task_run_id: taskRun } : {}),
    level_from: from,
    level_to: to,
    logger: parameters.get("logger") || null,
    text: null,
    pattern: null,
    context: 0,
  };
  const found = { ...base, text: isPattern || !search ? null : search, pattern: isPattern && search ? search : null };
  const mark = marker(search, isPattern);
  if (search && around === "all") return { wanted: base, hits: found, mark };
  return { wanted: { ...found, context: search ? Number(around) || 0 : 0 }, hits: null, mark };
}

/** The place of a line as the server tells places. */
export function cursorOf(line: Pick<Line, "at" | "id">): string {
  const [, seconds = "", parts = ""] = /^([^.Z+]+)(?:\.(\d+))?/.exec(line.at) ?? [];
  const micros = Date.parse(`${seconds}Z`) * 1000 + Number(parts.padEnd(6, "0").slice(0, 6));
  return JSON.stringify([micros, line.id]);
}

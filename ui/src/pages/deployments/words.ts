/** Schedules in words. */

import type { Schedule } from "./types";

const UNITS: readonly (readonly [string, number])[] = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** The largest unit that a number of seconds is a multiple of. */
export function inUnits(seconds: number): [number, string, number] {
  const [name, size] = UNITS.find(([, each]) => seconds >= each && seconds % each === 0) ?? ["second", 1];
  return [seconds / size, name, size];
}

export function intervalWords(seconds: number): string {
  const [count, unit] = inUnits(seconds);
  return count === 1 ? `Every ${unit}` : `Every ${count} ${unit}s`;
}

/** What can be said at once; cron expressions and rules have words of their own, see `ScheduleWords`. */
export function plainWords(schedule: Schedule): string {
  if ("interval" in schedule) return intervalWords(schedule.interval);
  return "cron" in schedule ? schedule.cron : (schedule.rrule.split("\n").pop() ?? "");
}

const DAYS = { MO: "Monday", TU: "Tuesday", WE: "Wednesday", TH: "Thursday", FR: "Friday", SA: "Saturday", SU: "Sunday" };
export type Day = keyof typeof DAYS;
export const WEEK = Object.keys(DAYS) as Day[];

export interface Recurrence {
  frequency: "YEARLY" | "MONTHLY" | "WEEKLY" | "DAILY" | "HOURLY" | "MINUTELY";
  interval: number;
  days: Day[];
  hours: number[];
  minutes: number[];
  monthDays: number[];
  count: number | null;
  /** All else that the rule says, kept as it is. */
  rest: string[];
  start: string;
}

export const EVERY_DAY: Recurrence = {
  frequency: "DAILY",
  interval: 1,
  days: [],
  hours: [9],
  minutes: [0],
  monthDays: [],
  count: null,
  rest: [],
  start: "",
};

/** The parts of a rule that the builder shows. */
export function readRule(text: string): Recurrence {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const start = lines.find((line) => line.startsWith("DTSTART")) ?? "";
  const rule = (lines.find((line) => /FREQ=/i.test(line)) ?? "").replace(/^RRULE:/i, "");
  const made: Recurrence = { ...EVERY_DAY, hours: [], minutes: [], start, rest: [] };
  for (const part of rule.split(";").filter(Boolean)) {
    const [key = "", value = ""] = part.split("=");
    const numbers = value.split(",").map(Number);
    if (key === "FREQ") made.frequency = value as Recurrence["frequency"];
    else if (key === "INTERVAL") made.interval = Number(value);
    else if (key === "BYDAY" && value.split(",").every((day) => day in DAYS)) made.days = value.split(",") as Day[];
    else if (key === "BYHOUR") made.hours = numbers;
    else if (key === "BYMINUTE") made.minutes = numbers;
    else if (key === "BYMONTHDAY") made.monthDays = numbers;
    else if (key === "COUNT") made.count = Number(value);
    else made.rest.push(part);
  }
  return made;
}

export function writeRule(of: Recurrence): string {
  const parts = [`FREQ=${of.frequency}`];
  if (of.interval !== 1) parts.push(`INTERVAL=${of.interval}`);
  if (of.days.length > 0) parts.push(`BYDAY=${WEEK.filter((day) => of.days.includes(day)).join(",")}`);
  if (of.monthDays.length > 0) parts.push(`BYMONTHDAY=${of.monthDays.join(",")}`);
  if (of.hours.length > 0) parts.push(`BYHOUR=${of.hours.join(",")}`);
  if (of.minutes.length > 0) parts.push(`BYMINUTE=${of.minutes.join(",")}`);
  if (of.hours.length > 0 || of.minutes.length > 0) parts.push("BYSECOND=0");
  if (of.count !== null) parts.push(`COUNT=${of.count}`);
  parts.push(...of.rest.filter((each) => !each.startsWith("BYSECOND")));
  const rule = `RRULE:${parts.join(";")}`;
  return of.start ? `${of.start}\n${rule}` : rule;
}

/** Numbers in a text, such as `9, 17`; those outside of the bounds are left out. */
export function numbersIn(text: string, least: number, most: number): number[] {
  return text
    .split(/[,\s]+/)
    .filter(Boolean)
    .map(Number)
    .filter((each) => Number.isInteger(each) && each >= least && each <= most);
}

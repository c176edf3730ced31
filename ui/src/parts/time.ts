/** Instants and durations in words, in the time zone and clock that the reader has chosen. */

import { preferences } from "../preferences";

export function instant(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null;
}

/** The moment in full, with its time zone. */
export function absolute(at: Date): string {
  const { zone, clock } = preferences.value;
  return at.toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "long",
    ...(zone ? { timeZone: zone } : {}),
    ...(clock === "system" ? {} : { hour12: clock === "12" }),
  });
}

const STEPS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [60, "second"],
  [3_600, "minute"],
  [86_400, "hour"],
  [604_800, "day"],
  [2_629_800, "week"],
  [31_557_600, "month"],
  [Infinity, "year"],
];
const SIZES: Record<string, number> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
  month: 2_629_800,
  year: 31_557_600,
};
const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

/** How long ago, or how soon: `3 min. ago`, `in 2 days`. */
export function relative(at: Date, now: number = Date.now()): string {
  const seconds = (at.getTime() - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 1.5) return "now";
  const unit = STEPS.find(([below]) => size < below)?.[1] ?? "year";
  return words.format(Math.round(seconds / (SIZES[unit] ?? 1)), unit);
}

/** A length of time with the precision that matters: `12 ms`, `3.42 s`, `2 m 5 s`, `1 d 3 h`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds === 0) return "0 s";
  if (seconds < 0.001) return "< 1 ms";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [days, hours, minutes, rest] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} m` : `${hours} h`;
  return rest > 0 ? `${minutes} m ${rest} s` : `${minutes} m`;
}

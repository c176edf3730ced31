/** A schedule in words; the library for cron expressions and rules comes when the first is shown. */

import { useEffect, useState } from "preact/hooks";

import { preferences } from "../../preferences";
import type { Schedule } from "./types";
import { plainWords } from "./words";

async function inWords(schedule: Schedule): Promise<string> {
  if ("cron" in schedule) {
    const { default: cronstrue } = await import("cronstrue");
    return cronstrue.toString(schedule.cron, { use24HourTimeFormat: preferences.value.clock !== "12", verbose: false });
  }
  if ("rrule" in schedule) {
    const { rrulestr } = await import("rrule");
    const text = rrulestr(schedule.rrule).toText();
    return text.charAt(0).toUpperCase() + text.slice(1);
  }
  return plainWords(schedule);
}

export function ScheduleWords({ schedule, hasZone = false }: { schedule: Schedule; hasZone?: boolean }) {
  const [words, say] = useState<string | null>(null);
  const text = JSON.stringify(schedule);
  useEffect(() => {
    let isShown = true;
    inWords(schedule).then(
      (told) => isShown && say(told),
      () => isShown && say(null), // words are a help; the expression itself stands there without them
    );
    return () => void (isShown = false);
  }, [text]);
  const zone = hasZone && schedule.timezone ? ` (${schedule.timezone})` : "";
  return <span title={plainWords(schedule)}>{(words ?? plainWords(schedule)) + zone}</span>;
}

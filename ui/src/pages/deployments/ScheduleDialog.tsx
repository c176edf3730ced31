/** Makes or changes a schedule: interval, cron or rule, with the next times that it would fire at. */

import { useState } from "preact/hooks";

import { ApiError, api } from "../../api/client";
import { usePost } from "../../api/queries";
import { Dialog } from "../../parts/Dialog";
import { Field, SelectField, TextField } from "../../parts/Field";
import { SchemaForm } from "../../parts/schema/SchemaForm";
import type { JsonObject } from "../../parts/schema/model";
import { fromLocal, toLocal } from "../../parts/schema/texts";
import { Switch } from "../../parts/Switch";
import { say } from "../../shell/Toasts";
import { again } from "./doing";
import { RuleBuilder } from "./RuleBuilder";
import { ScheduleWords } from "./ScheduleWords";
import type { Deployment, Planned, Schedule } from "./types";
import { EVERY_DAY, inUnits, writeRule } from "./words";

const KINDS = ["Interval", "Cron", "Rule"] as const;
const UNITS = [
  ["1", "seconds"],
  ["60", "minutes"],
  ["3600", "hours"],
  ["86400", "days"],
  ["604800", "weeks"],
] as const;
const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone")];
const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;

interface Props {
  deployment: Deployment;
  /** The one to change; without it a new one is made. */
  planned?: Planned;
  close: () => void;
}

export function ScheduleDialog({ deployment, planned, close }: Props) {
  const before = planned?.schedule;
  const [kind, setKind] = useState<(typeof KINDS)[number]>(
    before === undefined || "interval" in before ? "Interval" : "cron" in before ? "Cron" : "Rule",
  );
  const [count, unit] = before && "interval" in before ? unitsOf(before.interval) : ["1", "3600"];
  const [every, setEvery] = useState(count);
  const [size, setSize] = useState(unit);
  const [anchor, setAnchor] = useState(before && "interval" in before ? toLocal(before.anchor_date) : toLocal(new Date().toISOString()));
  const [cron, setCron] = useState(before && "cron" in before ? before.cron : "0 9 * * 1-5");
  const [isDayOr, setDayOr] = useState(before && "cron" in before ? before.day_or !== false : true);
  const [rule, setRule] = useState(before && "rrule" in before ? before.rrule : writeRule(EVERY_DAY));
  const [zone, setZone] = useState(before?.timezone ?? OWN ?? "UTC");
  const [isActive, setActive] = useState(planned?.active ?? true);
  const [slug, setSlug] = useState(planned?.slug ?? "");
  const [parameters, setParameters] = useState<JsonObject>(planned?.parameters ?? {});
  const [wrong, setWrong] = useState<string | null>(null);

  const timezone = ZONES.includes(zone) ? zone : null;
  const schedule: Schedule =
    kind === "Interval"
      ? { interval: Number(every) * Number(size), anchor_date: String(fromLocal(anchor) ?? new Date().toISOString()), timezone }
      : kind === "Cron"
        ? { cron: cron.trim(), timezone, day_or: isDayOr }
        : { rrule: rule.trim(), timezone };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { schedule, active: isActive, slug: slug.trim() || null, parameters };
    const path = `/deployments/${deployment.id}/schedules`;
    try {
      if (planned) await api("PATCH", `${path}/${planned.id}`, { body });
      else await api("POST", path, { body: [body] });
      say(planned ? "The schedule is changed." : "The schedule is added.");
      again();
      close();
    } catch (error) {
      setWrong(error instanceof ApiError ? error.message : String(error));
    }
  };
  const schema = deployment.parameter_openapi_schema;
  return (
    <Dialog title={planned ? "Change schedule" : "Add a schedule"} close={close} isWide>
      <form class="stack" onSubmit={(event) => void save(event)}>
        <span class="segments" role="group" aria-label="Kind of schedule">
          {KINDS.map((each) => (
            <button key={each} type="button" aria-pressed={kind === each} onClick={() => setKind(each)}>
              {each}
            </button>
          ))}
        </span>
        {kind === "Interval" && (
          <div class="row wrap" style="align-items: start">
            <TextField label="Every" type="number" value={every} change={setEvery} wrong={Number(every) > 0 ? null : "needs a number above 0"} />
            <SelectField label="Unit" value={size} options={UNITS} change={setSize} />
            <TextField label="In step with" type="datetime-local" value={anchor} change={setAnchor} hint="One of its times, in this browser's zone" />
          </div>
        )}
        {kind === "Cron" && (
          <>
            <TextField label="Cron expression" value={cron} change={setCron} hint={<ScheduleWords schedule={{ cron }} />} />
            <label class="row">
              <input type="checkbox" checked={isDayOr} onChange={(event) => setDayOr(event.currentTarget.checked)} />
              Day of month or day of week is enough where both are given
            </label>
          </>
        )}
        {kind === "Rule" && <RuleBuilder rule={rule} change={setRule} />}
        <div class="row wrap" style="align-items: start">
          <Field label="Time zone" hint={timezone === null ? null : undefined} wrong={timezone === null ? "is no time zone" : null}>
            {(id) => (
              <>
                <input id={id} class="input" list={`${id}-zones`} value={zone} onInput={(event) => setZone(event.currentTarget.value)} />
                <datalist id={`${id}-zones`}>{ZONES.map((each) => <option key={each} value={each} />)}</datalist>
              </>
            )}
          </Field>
          <TextField label="Slug" value={slug} change={setSlug} hint="A name that stays, for use in files and code" />
          <span class="field">
            <span class="label">Active</span>
            <Switch label="Active" isOn={isActive} change={setActive} />
          </span>
        </div>
        <Preview schedule={schedule} />
        {schema?.properties && Object.keys(schema.properties).length > 0 && (
          <details open={Object.keys(parameters).length > 0}>
            <summary>Parameters of its own ({Object.keys(parameters).length})</summary>
            <SchemaForm label="Parameters" schema={{ ...schema, required: [] }} values={parameters} change={setParameters} />
          </details>
        )}
        {wrong && (
          <p class="problem" role="alert">
            {wrong}
          </p>
        )}
        <div class="actions">
          <button class="button" type="button" onClick={close}>
            Leave it
          </button>
          <button class="button primary" type="submit" disabled={timezone === null}>
            {planned ? "Save" : "Add"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function unitsOf(seconds: number): [string, string] {
  const [count, , size] = inUnits(seconds);
  return [String(count), String(size)];
}

interface Times {
  times: { at: string; offset_s: number }[];
}

/** The next times in the schedule's zone and in the reader's; where clocks are moved in between, it says so. */
function Preview({ schedule }: { schedule: Schedule }) {
  const found = usePost<Times>("/ui/schedules/preview", { schedule, limit: 10 }, { keep: true });
  if (found.error) return <p class="wrong-count">{found.error.message}</p>;
  const zone = schedule.timezone ?? "UTC";
  const show = (at: string, timeZone?: string): string =>
    new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short", weekday: undefined, timeZone } as Intl.DateTimeFormatOptions);
  const times = found.data?.times ?? [];
  return (
    <section aria-label="Next times" aria-live="polite">
      <h3>Next times</h3>
      {times.length === 0 && found.data && <p class="muted">It never fires again.</p>}
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th>{zone}</th>
              {zone !== OWN && <th>{OWN} (yours)</th>}
              <th />
            </tr>
          </thead>
          <tbody>
            {times.map(({ at, offset_s }, index) => {
              const former = times[index - 1];
              const moved = former ? offset_s - former.offset_s : 0;
              return (
                <tr key={at}>
                  <td>{show(at, zone)}</td>
                  {zone !== OWN && <td class="muted">{show(at)}</td>}
                  <td>{moved !== 0 && <span class="tag">clocks go {moved > 0 ? "forward" : "back"} before this</span>}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

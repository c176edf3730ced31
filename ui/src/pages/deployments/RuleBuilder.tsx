/** Builds a recurrence rule; what the builder does not show can be written by hand. */

import { useState } from "preact/hooks";

import { Field, SelectField, TextField } from "../../parts/Field";
import { ScheduleWords } from "./ScheduleWords";
import { numbersIn, readRule, WEEK, writeRule, type Recurrence } from "./words";

const FREQUENCIES = [
  ["MINUTELY", "minutes"],
  ["HOURLY", "hours"],
  ["DAILY", "days"],
  ["WEEKLY", "weeks"],
  ["MONTHLY", "months"],
  ["YEARLY", "years"],
] as const;

export function RuleBuilder({ rule, change }: { rule: string; change: (rule: string) => void }) {
  const [isRaw, showRaw] = useState(/EXRULE|RDATE|EXDATE/i.test(rule));
  const now = readRule(rule);
  const set = (next: Partial<Recurrence>): void => change(writeRule({ ...now, ...next }));
  return (
    <div class="stack" style="gap: var(--gap-3)">
      <label class="row">
        <input type="checkbox" checked={isRaw} onChange={(event) => showRaw(event.currentTarget.checked)} />
        Write the rule by hand
      </label>
      {isRaw ? (
        <Field label="Rule (RFC 5545)" hint={<ScheduleWords schedule={{ rrule: rule }} />}>
          {(id) => (
            <textarea id={id} class="input mono" rows={4} value={rule} onInput={(event) => change(event.currentTarget.value)} />
          )}
        </Field>
      ) : (
        <>
          <div class="row wrap" style="align-items: start">
            <TextField label="Every" type="number" value={String(now.interval)} change={(text) => set({ interval: Math.max(1, Number(text) || 1) })} />
            <SelectField label="Unit" value={now.frequency} options={FREQUENCIES} change={(each) => set({ frequency: each as Recurrence["frequency"] })} />
            <TextField label="At hours" value={now.hours.join(", ")} change={(text) => set({ hours: numbersIn(text, 0, 23) })} hint="Such as 9, 17" />
            <TextField label="At minutes" value={now.minutes.join(", ")} change={(text) => set({ minutes: numbersIn(text, 0, 59) })} hint="Such as 0, 30" />
          </div>
          <div class="row wrap" style="align-items: start">
            <div class="field">
              <span class="label">On days</span>
              <span class="segments" role="group" aria-label="On days">
                {WEEK.map((day) => (
                  <button
                    key={day}
                    type="button"
                    aria-pressed={now.days.includes(day)}
                    onClick={() => set({ days: now.days.includes(day) ? now.days.filter((each) => each !== day) : [...now.days, day] })}
                  >
                    {day}
                  </button>
                ))}
              </span>
            </div>
            <TextField label="On days of the month" value={now.monthDays.join(", ")} change={(text) => set({ monthDays: numbersIn(text, -31, 31) })} hint="-1 is the last one" />
            <TextField label="Times in all" type="number" value={now.count === null ? "" : String(now.count)} change={(text) => set({ count: text === "" ? null : Number(text) })} hint="Empty: without an end" />
          </div>
          <code class="muted">{rule}</code>
          <span class="muted">
            <ScheduleWords schedule={{ rrule: rule }} />
          </span>
        </>
      )}
    </div>
  );
}

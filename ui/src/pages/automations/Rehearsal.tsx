/** Tries a trigger on what happened in the last hours: when it would have fired, and after which events. */

import { useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { api } from "../../api/client";
import { number } from "../../parts/counted";
import { SelectField } from "../../parts/Field";
import { Time } from "../../parts/Time";
import { eventPath, eventWords, type Event } from "../events/types";
import type { Trigger } from "./types";

interface Told {
  since: string;
  events: number;
  counted: number;
  firings: { at: string; event: Event | null; labels: Record<string, string> }[];
  has_more_events: boolean;
  has_more_firings: boolean;
}

const SPANS = [
  ["1", "the last hour"],
  ["24", "the last day"],
  ["168", "the last week"],
  ["720", "the last 30 days"],
] as const;

export function Rehearsal({ trigger }: { trigger: Trigger }) {
  const [hours, setHours] = useState("24");
  const [told, tell] = useState<{ of: Trigger; told: Told } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setWrong(null);
    try {
      const found = await api<Told>("POST", "/ui/automations/test", { body: { trigger, hours: Number(hours) } });
      tell({ of: trigger, told: found });
    } catch (error) {
      tell(null);
      setWrong((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <section class="panel stack" style="padding: var(--gap-3) var(--gap-4)" aria-label="Test">
      <div class="row wrap" style="align-items: end">
        <SelectField label="Try it on the events of" value={hours} options={SPANS} change={setHours} />
        <button class="button" type="button" disabled={isBusy} onClick={() => void run()}>
          Test
        </button>
      </div>
      {wrong && (
        <p role="alert" style="color: var(--danger)">
          {wrong}
        </p>
      )}
      {told && told.of === trigger && <Result of={told.told} />}
    </section>
  );
}

function Result({ of }: { of: Told }) {
  const count = `${number(of.firings.length)}${of.has_more_firings ? " times and more" : of.firings.length === 1 ? " time" : " times"}`;
  return (
    <div class="stack" style="gap: var(--gap-2)">
      <p role="status">
        {of.firings.length === 0 ? "It would not have fired." : `It would have fired ${count}.`}{" "}
        <span class="muted">
          {number(of.counted)} of {number(of.events)} events since <Time at={of.since} /> concern it.
          {of.has_more_events && " There were more before; only the newest are looked at."}
        </span>
      </p>
      {of.firings.length > 0 && (
        <div class="scroll-x" tabIndex={0} role="region" aria-label="When it would have fired" style="max-height: 20rem; overflow-y: auto">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">After</th>
                <th scope="col">For</th>
              </tr>
            </thead>
            <tbody>
              {of.firings.map(({ at, event, labels }, index) => (
                <tr key={index}>
                  <td>
                    <Time at={at} />
                  </td>
                  <td>
                    {event ? (
                      <Link class="name-of" href={eventPath(event)}>
                        {eventWords(event.event)}
                      </Link>
                    ) : (
                      <span class="muted">nothing happened</span>
                    )}
                  </td>
                  <td class="muted" style="overflow-wrap: anywhere">
                    {Object.values(labels).join(", ") || (event?.resource["prefect.resource.name"] ?? event?.resource["prefect.resource.id"])}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

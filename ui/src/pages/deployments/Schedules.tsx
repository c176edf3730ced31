/** The schedules of a deployment: on and off, change, delete, add. */

import { Plus } from "lucide-preact";
import { useState } from "preact/hooks";

import { api } from "../../api/client";
import { ask } from "../../parts/ask";
import { Menu } from "../../parts/Menu";
import { Switch } from "../../parts/Switch";
import { act } from "../../shell/Toasts";
import { again, changeSchedule } from "./doing";
import { ScheduleDialog } from "./ScheduleDialog";
import { ScheduleWords } from "./ScheduleWords";
import type { Deployment, Planned } from "./types";

export function Schedules({ of }: { of: Deployment }) {
  const [opened, open] = useState<Planned | "new" | null>(null);
  const drop = async (planned: Planned): Promise<void> => {
    const isWanted = await ask({
      title: "Delete this schedule?",
      text: "Runs that it has planned and that have not begun are taken away.",
      yes: "Delete schedule",
    });
    if (!isWanted) return;
    await act(() => api("DELETE", `/deployments/${of.id}/schedules/${planned.id}`), "The schedule is deleted.");
    again();
  };
  return (
    <section class="panel" aria-label="Schedules">
      <header>
        <h2>Schedules</h2>
        <button class="button quiet icon small" style="margin-left: auto" type="button" aria-label="Add a schedule" onClick={() => open("new")}>
          <Plus size={15} aria-hidden />
        </button>
      </header>
      <ul class="inside stack" style="gap: var(--gap-2)">
        {of.schedules.length === 0 && <li class="muted">It runs when somebody asks for it.</li>}
        {of.schedules.map((each) => (
          <li key={each.id} class="row">
            <Switch
              label={`${each.slug ?? "Schedule"} is ${each.active ? "on" : "off"}`}
              isOn={each.active}
              change={(active) => void changeSchedule(of.id, each.id, { active }, `The schedule is ${active ? "on" : "off"}.`)}
            />
            <span style="flex: 1; min-width: 0">
              <ScheduleWords schedule={each.schedule} hasZone />
              {each.slug && <span class="muted"> {each.slug}</span>}
            </span>
            <Menu
              label="More for this schedule"
              items={[
                { name: "Edit", do: () => open(each) },
                { name: "Delete …", isDanger: true, do: () => void drop(each) },
              ]}
            />
          </li>
        ))}
      </ul>
      {opened !== null && (
        <ScheduleDialog deployment={of} planned={opened === "new" ? undefined : opened} close={() => open(null)} />
      )}
    </section>
  );
}

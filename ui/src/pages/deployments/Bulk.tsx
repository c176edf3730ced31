/** What can be done with the deployments that are selected, all at once. */

import { useState } from "preact/hooks";

import { api } from "../../api/client";
import { ask } from "../../parts/ask";
import { BulkBar } from "../../parts/BulkBar";
import { number } from "../../parts/counted";
import { retagged, TagsDialog } from "../../parts/TagsDialog";
import { say } from "../../shell/Toasts";
import { runAll } from "../runs/bulk";
import { again } from "./doing";
import type { DeploymentRow } from "./types";

interface Props {
  rows: readonly DeploymentRow[];
  clear: () => void;
}

export function Bulk({ rows, clear }: Props) {
  const [asksTags, askTags] = useState(false);
  const [done, setDone] = useState<number | null>(null);
  const work = async (what: string, each: (row: DeploymentRow) => Promise<unknown>): Promise<void> => {
    setDone(0);
    try {
      const one = async ([row]: DeploymentRow[]): Promise<number> => (row && (await each(row)), 1);
      await runAll(rows.map((row) => [row]), one, setDone);
      say(`${number(rows.length)} ${what}.`);
      clear();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error), { isBad: true });
    }
    setDone(null);
    again();
  };
  const pause = (isPaused: boolean): Promise<void> =>
    work(`deployments are ${isPaused ? "paused" : "active"}`, (row) =>
      api("POST", `/deployments/${row.id}/${isPaused ? "pause" : "resume"}_deployment`),
    );
  const run = async (): Promise<void> => {
    const text = "Each is run once, with the parameters that it has.";
    if (!(await ask({ title: `Run ${number(rows.length)} deployments?`, text, yes: "Run them" }))) return;
    const body = { state: { type: "SCHEDULED", message: "Run by hand, as the deployment says" } };
    await work("runs are scheduled", (row) => api("POST", `/deployments/${row.id}/create_flow_run`, { body }));
  };
  const remove = async (): Promise<void> => {
    const isWanted = await ask({
      title: `Delete ${number(rows.length)} deployments?`,
      text: "Their schedules end and runs that have not begun are taken away. Runs that were made stay.",
      yes: "Delete deployments",
      type: "delete",
    });
    if (isWanted) await work("deployments are deleted", (row) => api("DELETE", `/deployments/${row.id}`));
  };
  return (
    <BulkBar label="Selected deployments" count={rows.length} done={done} clear={clear}>
      <button class="button small" type="button" onClick={() => void run()}>
        Run
      </button>
      <button class="button small" type="button" onClick={() => void pause(true)}>
        Pause
      </button>
      <button class="button small" type="button" onClick={() => void pause(false)}>
        Resume
      </button>
      <button class="button small" type="button" onClick={() => askTags(true)}>
        Tags
      </button>
      <button class="button small danger" type="button" onClick={() => void remove()}>
        Delete
      </button>
      {asksTags && (
        <TagsDialog
          title={`Tags of ${number(rows.length)} deployments`}
          close={() => askTags(false)}
          take={(add, take) =>
            work("deployments have the new tags", (row) =>
              api("PATCH", `/deployments/${row.id}`, { body: { tags: retagged(row.tags, add, take) } }),
            )
          }
        />
      )}
    </BulkBar>
  );
}

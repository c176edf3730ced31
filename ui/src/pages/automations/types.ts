/** Automations as the API tells them. */

export type Labels = Record<string, string | string[]>;

export interface EventTrigger {
  type: "event";
  match?: Labels;
  match_related?: Labels | Labels[];
  after?: string[];
  expect?: string[];
  for_each?: string[];
  posture: "Reactive" | "Proactive";
  threshold?: number;
  within?: number;
}

export interface TreeTrigger {
  type: "compound" | "sequence";
  triggers: Trigger[];
  within: number | null;
  require?: number | "any" | "all";
}

export type Trigger = EventTrigger | TreeTrigger;

export interface Action {
  type: string;
  source?: "selected" | "inferred";
  [key: string]: unknown;
}

export interface Draft {
  name: string;
  description: string;
  enabled: boolean;
  tags: string[];
  trigger: Trigger;
  actions: Action[];
  actions_on_trigger: Action[];
  actions_on_resolve: Action[];
}

export interface Automation extends Draft {
  id: string;
  created: string;
  updated: string;
}

export const NEW: Draft = {
  name: "",
  description: "",
  enabled: true,
  tags: [],
  trigger: {
    type: "event",
    posture: "Reactive",
    match: { "prefect.resource.id": "prefect.flow-run.*" },
    expect: ["prefect.flow-run.Failed", "prefect.flow-run.Crashed"],
    for_each: ["prefect.resource.id"],
    threshold: 1,
    within: 0,
  },
  actions: [{ type: "do-nothing" }],
  actions_on_trigger: [],
  actions_on_resolve: [],
};

/** What can be done: words, and what each needs to know. */
export const ACTIONS: Record<string, { words: string; of?: "deployment" | "work_queue" | "work_pool" | "automation" }> = {
  "do-nothing": { words: "Do nothing" },
  "cancel-flow-run": { words: "Cancel the flow run" },
  "suspend-flow-run": { words: "Suspend the flow run" },
  "resume-flow-run": { words: "Resume the flow run" },
  "delete-flow-run": { words: "Delete the flow run" },
  "change-flow-run-state": { words: "Change the state of the flow run" },
  "run-deployment": { words: "Run a deployment", of: "deployment" },
  "pause-deployment": { words: "Pause a deployment", of: "deployment" },
  "resume-deployment": { words: "Resume a deployment", of: "deployment" },
  "pause-work-queue": { words: "Pause a work queue", of: "work_queue" },
  "resume-work-queue": { words: "Resume a work queue", of: "work_queue" },
  "pause-work-pool": { words: "Pause a work pool", of: "work_pool" },
  "resume-work-pool": { words: "Resume a work pool", of: "work_pool" },
  "pause-automation": { words: "Pause an automation", of: "automation" },
  "resume-automation": { words: "Resume an automation", of: "automation" },
  "send-notification": { words: "Send a notification" },
  "call-webhook": { words: "Call a webhook" },
};

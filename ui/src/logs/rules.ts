/** Where a log is divided: a run that began again, or went on after a pause. */

import type { State } from "../api/types";

export interface Rule {
  /** Milliseconds since 1970. */
  at: number;
  text: string;
}

/** The moments at which a run began once more, from its states in the order of time. */
export function rulesOf(states: readonly Pick<State, "type" | "timestamp">[]): Rule[] {
  const rules: Rule[] = [];
  let attempt = 0;
  states.forEach((state, index) => {
    const before = states[index - 1]?.type;
    if (state.type !== "RUNNING" || before === "RUNNING") return;
    const isResumed = attempt > 0 && before === "PAUSED";
    if (!isResumed) attempt += 1;
    if (attempt === 1 && !isResumed) return;
    rules.push({ at: Date.parse(state.timestamp), text: isResumed ? "Resumed" : `Attempt ${attempt}` });
  });
  return rules;
}

/** The rule that stands between two lines; null for `before` where the log begins. */
export function ruleBetween(rules: readonly Rule[], before: number | null, at: number): Rule | null {
  return rules.findLast((rule) => rule.at <= at && (before === null || rule.at > before)) ?? null;
}

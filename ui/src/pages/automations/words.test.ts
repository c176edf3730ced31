import { describe, expect, it } from "vitest";

import { actionWords, selectedBy, triggerWords } from "./words";
import { NEW, type Trigger } from "./types";

const sentence = (trigger: Trigger): string[] => triggerWords(trigger).map(({ depth, words }) => "  ".repeat(depth) + words);

describe("triggers in words", () => {
  it("says what happens to what", () => {
    expect(sentence(NEW.trigger)).toEqual([
      "When prefect.flow-run.Failed or prefect.flow-run.Crashed happens to any flow run (counted for each resource)",
    ]);
  });
  it("says what does not happen", () => {
    const trigger: Trigger = { type: "event", posture: "Proactive", expect: ["beat"], match: { "prefect.resource.id": "robot.*" }, within: 90, after: ["start"] };
    expect(sentence(trigger)).toEqual(["When beat does not happen within 1 m 30 s to robot.* after start"]);
  });
  it("says trees", () => {
    const one: Trigger = { type: "event", posture: "Reactive", expect: ["a"], threshold: 3, within: 0 };
    const trigger: Trigger = { type: "compound", require: "all", within: 60, triggers: [one, { type: "sequence", within: null, triggers: [one] }] };
    expect(sentence(trigger)).toEqual([
      "When all of these happen within 1 m:",
      "  When a happens 3 times",
      "  When these happen in this order:",
      "    When a happens 3 times",
    ]);
  });
});

it("says actions, and what they are done to", () => {
  expect(actionWords({ type: "pause-deployment", source: "inferred" })).toBe("Pause a deployment (the one of the event)");
  expect(actionWords({ type: "change-flow-run-state", state: "CANCELLED" })).toContain("CANCELLED");
  expect(selectedBy({ type: "run-deployment", deployment_id: "x" })).toEqual({ kind: "deployment", id: "x" });
  expect(selectedBy({ type: "do-nothing" })).toBeNull();
});

import { expect, it } from "vitest";

import { byDifference, differences, type TaskTimes } from "./rows";

it("puts parameters that differ first", () => {
  const found = differences([{ a: 1, b: [1] }, { a: 1, b: [2], c: null }]);
  expect(found.map((each) => [each.name, each.isSame])).toEqual([["b", false], ["c", false], ["a", true]]);
  expect(found[1]?.values).toEqual([null, "null"]);
});

it("puts tasks whose times differ most first", () => {
  const times = (total: number) => ({ count: 1, total, longest: total, failed: 0 });
  const tasks: TaskTimes[] = [
    { task_key: "a", name: "a", runs: { x: times(1), y: times(1) } },
    { task_key: "b", name: "b", runs: { x: times(5) } },
  ];
  expect(byDifference(tasks, ["x", "y"]).map((task) => task.task_key)).toEqual(["b", "a"]);
});

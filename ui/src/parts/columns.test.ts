import { expect, it, vi } from "vitest";

vi.mock("../preferences", () => ({ choose: () => undefined, preferences: { value: { columns: {} } } }));

import { shownOf } from "./ColumnChoice";

const COLUMNS = [
  { name: "Run", width: "1fr", cell: () => null },
  { name: "Pool", width: "1fr", cell: () => null, from: 1000 },
  { name: "Tags", width: "1fr", cell: () => null, from: 600 },
];

it("shows columns where there is room, unless they were chosen", () => {
  const names = (choices: Record<string, boolean>, width: number) => shownOf(COLUMNS, choices, width).map(({ name }) => name);
  expect(names({}, 800)).toEqual(["Run", "Tags"]);
  expect(names({ Pool: true, Tags: false }, 800)).toEqual(["Run", "Pool"]);
  expect(names({ Run: false }, 300)).toEqual(["Run"]);
});

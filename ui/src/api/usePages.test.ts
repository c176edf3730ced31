import { expect, it, vi } from "vitest";

vi.mock("./client", () => ({ api: () => undefined }));
vi.mock("./queries", () => ({ useQuery: () => undefined }));

import { inPages, PAGE } from "./usePages";

it("reads pages until one is not full", async () => {
  const all = Array.from({ length: PAGE + 5 }, (_, at) => at);
  const asked: number[] = [];
  const read = (offset: number): Promise<number[]> => {
    asked.push(offset);
    return Promise.resolve(all.slice(offset, offset + PAGE));
  };
  expect(await inPages(1, read)).toHaveLength(PAGE);
  expect(await inPages(5, read)).toEqual(all);
  expect(asked).toEqual([0, 0, PAGE]);
});

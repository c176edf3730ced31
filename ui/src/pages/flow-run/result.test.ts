import { expect, it } from "vitest";

import { kept } from "./result";

it("knows a result by its place", () => {
  expect([kept(null), kept(3), kept({ type: "literal" }), kept({ storage_key: 1 })]).toEqual([null, null, null, null]);
  expect(kept({ storage_key: "a/b", serializer: { type: "json" } })).toEqual({
    storage_key: "a/b",
    storage_block_id: null,
    expiration: null,
    serializer: { type: "json" },
  });
});

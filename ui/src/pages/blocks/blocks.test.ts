import { describe, expect, it } from "vitest";

import { widgetOf } from "../../parts/schema/model";
import { formOf, loadSnippet, unmasked } from "./types";

const TYPE = { id: "1", name: "Secret", slug: "secret", description: null, documentation_url: null, is_protected: true };

describe("blocks", () => {
  it("hide secrets and pick other blocks", () => {
    const form = formOf({
      properties: { a: { type: "string" }, b: { $ref: "#/definitions/Other" }, c: { type: "string" } },
      secret_fields: ["a"],
      block_schema_references: { b: { block_type_slug: "other" } },
    });
    const widgets = Object.values(form.properties ?? {}).map((each) => widgetOf(each));
    expect(widgets).toEqual(["secret", "block", "text"]);
  });
  it("keep secrets that were not written anew", () => {
    const masked = { a: "********", b: { c: "********", d: 1 } };
    const original = { a: "x", b: { c: "y", d: 1 } };
    expect(unmasked({ a: "********", b: { c: "new", d: 2 } }, masked, original)).toEqual({ a: "x", b: { c: "new", d: 2 } });
    expect(unmasked({ b: masked.b }, masked, original)).toEqual({ b: { c: "y", d: 1 } });
  });
  it("are loaded by their class where it is known", () => {
    const code_example = "```python\nfrom prefect.blocks.system import Secret\n```";
    expect(loadSnippet({ ...TYPE, code_example }, "token")).toBe('from prefect.blocks.system import Secret\n\nblock = Secret.load("token")');
    expect(loadSnippet({ ...TYPE, code_example: null }, "token")).toContain('Block.load("secret/token")');
  });
});

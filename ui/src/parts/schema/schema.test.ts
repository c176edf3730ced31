import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";

import { branchOf, check, fromFields, fromServer, hasProblems, countProblems } from "./check";
import {
  KIND,
  asKind,
  blank,
  definitionsOf,
  fieldsOf,
  initial,
  kindOf,
  resolved,
  typeName,
  widgetOf,
  withKey,
  type Json,
  type Schema,
  type Value,
  type Widget,
} from "./model";
import { asNumber, fromLocal, toLocal } from "./texts";
// made by pydantic from a field of each type
import cases from "./pydantic.fixture.json";

const SCHEMAS = cases as unknown as Record<string, Schema>;

/** Widget, the value to begin with, values that fit, values that do not. */
const TABLE: [string, Widget, Value, Json[], Json[]][] = [
  ["str", "text", undefined, ["", "x"], [1, null, []]],
  ["str_default", "text", "a", ["b"], [true]],
  ["int", "integer", undefined, [0, -3], [1.5, "1", null]],
  ["float", "number", undefined, [0, 2.5], ["x", false]],
  ["bool", "switch", false, [true], [0, "true"]],
  ["bounded_int", "integer", 5, [1, 10], [0, 11]],
  ["step", "integer", 5, [0, 10], [3]],
  ["exclusive", "number", 0.5, [0.1], [0, 1]],
  ["pattern", "text", "ab", ["abc"], ["a", "abcdef", "AB"]],
  ["date", "date", undefined, ["2026-02-28"], ["2026-2-1", "soon"]],
  ["datetime", "date-time", undefined, ["2026-02-28T10:00:00Z"], ["yesterday"]],
  ["time", "time", undefined, ["10:30:00"], ["ten"]],
  ["timedelta", "duration", undefined, ["PT1H30M", "P2D"], ["an hour"]],
  ["uuid", "text", undefined, ["3f2504e0-4f89-41d3-9a0c-0305e82c3301"], ["x"]],
  ["secret", "secret", undefined, ["s"], [1]],
  ["json_text", "long-text", undefined, ["[1]"], ["[1"]],
  ["any", "json", null, [1, "a", null, [1]], []],
  ["nothing", "none", null, [null], [1]],
  ["literal", "choice", "a", ["b"], ["c"]],
  ["literal_one", "constant", "only", ["only"], ["other"]],
  ["enum", "choice", "red", ["blue"], ["green"]],
  ["mixed_enum", "choice", 1, ["x", null], [2]],
  ["optional_int", "union", null, [1, null], ["1"]],
  ["union", "union", 1, [2, "a"], [null, true]],
  ["optional_model", "union", null, [{ name: "a" }, null], [{ size: 1 }, 3]],
  ["list_int", "list", [1], [[], [1, 2]], [["a"], 1]],
  ["list_any", "json", [], [[1, "a"]], [1]],
  ["list_model", "list", [], [[{ name: "a" }]], [[{ size: 2 }]]],
  ["set_enum", "list", [], [["red"]], [["red", "red"], ["x"]]],
  ["bounded_list", "list", ["a"], [["a", "b"]], [[], ["a", "b", "c"]]],
  ["tuple", "tuple", [1, "a"], [[2, "b"]], [["b", 2], [1], [1, "a", 2]]],
  ["dict_any", "json", {}, [{ a: 1 }], [[]]],
  ["dict_str", "map", {}, [{ a: "b" }], [{ a: 1 }]],
  ["dict_models", "json", {}, [{ a: { name: "x" } }], [{ a: {} }]],
  ["model", "object", { size: 3 }, [{ name: "a", size: 1 }], [{}, { name: 1 }]],
  ["tree", "object", undefined, [{ label: "a", children: [{ label: "b" }] }], [{ label: "a", children: [{}] }]],
  ["discriminated", "union", { kind: "cat", lives: 9 }, [{ kind: "dog", barks: false }], [{ kind: "cow" }]],
  ["decimal", "union", undefined, [1.5, "1.5"], [true]],
];

function opened(name: string) {
  const schema = SCHEMAS[name];
  if (!schema) throw new Error(name);
  const definitions = definitionsOf(schema);
  const field = schema.properties?.["value"] ?? {};
  return { schema, definitions, field, full: resolved(field, definitions) };
}

describe("schemas of pydantic", () => {
  it("are all in the table", () => {
    expect(TABLE.map(([name]) => name).sort()).toEqual(Object.keys(SCHEMAS).sort());
  });
  it.each(TABLE)("%s", (name, widget, start, good, bad) => {
    const { schema, definitions, field, full } = opened(name);
    expect(full.enum ? (full.uniqueItems ? "choices" : "choice") : widgetOf(full)).toBe(widget);
    const values = initial(schema, definitions) as Record<string, Json>;
    if (name !== "tree") expect(values["value"]).toEqual(start);
    const ajv = new Ajv2020({ strict: false, validateFormats: true });
    addFormats(ajv);
    ajv.addFormat("json-string", (text: string) => !hasProblems(check({ type: "string", format: "json-string" }, text, {})));
    const other = ajv.compile(schema);
    for (const value of good) {
      expect(hasProblems(check(field, value, definitions)), JSON.stringify(value)).toBe(false);
      if (name !== "time") expect(other({ value }), JSON.stringify(value)).toBe(true);
    }
    for (const value of bad) {
      expect(hasProblems(check(field, value, definitions)), JSON.stringify(value)).toBe(true);
      if (name !== "json_text") expect(other({ value }), JSON.stringify(value)).toBe(false);
    }
  });
  it("asks for what is required, and only that", () => {
    const { schema, definitions } = opened("int");
    expect(countProblems(check(schema, {}, definitions))).toBe(1);
    const { schema: with_, definitions: its } = opened("bool");
    expect(hasProblems(check(with_, {}, its))).toBe(false);
  });
});

describe("values", () => {
  it("are given in four ways, there and back", () => {
    const json = asKind("json", { a: 1 });
    expect(kindOf(json)).toBe("json");
    expect(asKind("plain", json)).toEqual({ a: 1 });
    expect(asKind("jinja", "x")).toEqual({ [KIND]: "jinja", template: "x" });
    expect(asKind("workspace_variable", 1)).toEqual({ [KIND]: "workspace_variable", variable_name: "" });
    expect(asKind("plain", { [KIND]: "json", value: "{" })).toBeUndefined();
  });
  it("that the server fills in fit every type", () => {
    const { field, definitions } = opened("int");
    expect(hasProblems(check(field, { [KIND]: "jinja", template: "{{ x }}" }, definitions))).toBe(false);
    expect(hasProblems(check(field, { [KIND]: "jinja", template: "" }, definitions))).toBe(true);
    expect(hasProblems(check(field, { [KIND]: "json", value: "[" }, definitions))).toBe(true);
  });
  it("leave out keys that have none", () => {
    expect(withKey({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
    expect(withKey(undefined, "a", 1)).toEqual({ a: 1 });
  });
  it("of numbers stay as they were typed until they are numbers", () => {
    expect([asNumber("12"), asNumber("1."), asNumber("-"), asNumber("x"), asNumber("")]).toEqual([12, "1.", "-", "x", undefined]);
  });
  it("of instants go through the browser's zone and back", () => {
    const at = "2026-03-29T01:30:00.000Z";
    expect(fromLocal(toLocal(at))).toBe(at);
  });
});

describe("parts", () => {
  it("come in the order of their positions", () => {
    const schema: Schema = { properties: { b: { position: 1 }, a: { position: 0, title: "First" } }, required: ["b"] };
    expect(fieldsOf(schema).map(({ title, isRequired }) => [title, isRequired])).toEqual([["First", false], ["b", true]]);
  });
  it("of unions are named and found by their values", () => {
    const { full, definitions } = opened("discriminated");
    const branches = full.oneOf ?? [];
    expect(branches.map((each) => typeName(each, definitions))).toEqual(["Cat", "Dog"]);
    expect(branchOf(branches, { kind: "dog", barks: true }, definitions)).toBe(1);
    expect(branchOf(branches, undefined, definitions)).toBe(-1);
  });
  it("that refer to themselves end", () => {
    const { field, definitions } = opened("tree");
    expect(blank(field, definitions)).toEqual({ children: [] });
  });
  it("merge what allOf says", () => {
    const schema: Schema = { allOf: [{ $ref: "#/$defs/A" }], default: { x: 2 }, title: "T" };
    const full = resolved(schema, { A: { type: "object", properties: { x: { type: "integer" } } } });
    expect([widgetOf(full), full.title, initial(schema, {})]).toEqual(["object", "T", { x: 2 }]);
  });
  it("that are blocks are picked", () => {
    expect(widgetOf({ type: "object", blockTypeSlug: "s3", properties: { a: {} } })).toBe("block");
  });
});

describe("errors of the server", () => {
  it("belong to fields", () => {
    const told = fromServer(["whole", { property: "a", errors: [{ index: 1, errors: ["is wrong"] }] }]);
    expect(told.own).toEqual(["whole"]);
    expect(told.at.get("a")?.at.get("1")?.own).toEqual(["is wrong"]);
    const fields = fromFields(new Map([["parameters.a.b", "no"], ["name", "x"]]), "parameters");
    expect(fields.at.get("a")?.at.get("b")?.own).toEqual(["no"]);
    expect(countProblems(fields)).toBe(1);
  });
});

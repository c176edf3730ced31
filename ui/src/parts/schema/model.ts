/**
 * What a JSON schema asks for, field by field: pure, so that forms only draw it.
 *
 * Values are the JSON values themselves. A key that is not there is left out of what is sent, so that defaults
 * hold; an object with `__prefect_kind` stands for a value that the server fills in.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Value = Json | undefined;
export type JsonObject = { [key: string]: Json };

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  const?: Json;
  enum?: Json[];
  format?: string;
  contentMediaType?: string;
  position?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  writeOnly?: boolean;
  blockTypeSlug?: string;
  block_type_slug?: string;
}

/** Where `$ref`s of a form lead. */
export type Definitions = Record<string, Schema>;

export type Widget =
  | "text"
  | "long-text"
  | "secret"
  | "integer"
  | "number"
  | "switch"
  | "choice"
  | "choices"
  | "date"
  | "date-time"
  | "time"
  | "duration"
  | "constant"
  | "none"
  | "object"
  | "map"
  | "list"
  | "tuple"
  | "union"
  | "block"
  | "json";

export interface FieldOf {
  name: string;
  title: string;
  schema: Schema;
  isRequired: boolean;
}

export const KIND = "__prefect_kind";
export type Kind = "json" | "jinja" | "workspace_variable";

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How a value is given: as itself, or by one of the placeholders that the server fills in. */
export function kindOf(value: Value): Kind | "plain" {
  if (!isObject(value)) return "plain";
  const kind = value[KIND];
  return kind === "json" || kind === "jinja" || kind === "workspace_variable" ? kind : "plain";
}

/** The same value given in another way, as far as it can be told. */
export function asKind(kind: Kind | "plain", value: Value): Value {
  const now = kindOf(value);
  if (kind === now) return value;
  const text = now === "plain" ? value : isObject(value) ? (value["value"] ?? value["template"]) : undefined;
  if (kind === "json") {
    const written = now === "plain" ? (value === undefined ? "" : JSON.stringify(value, null, 2)) : String(text ?? "");
    return { [KIND]: "json", value: written };
  }
  if (kind === "jinja") return { [KIND]: "jinja", template: typeof text === "string" ? text : "" };
  if (kind === "workspace_variable") return { [KIND]: "workspace_variable", variable_name: "" };
  if (now === "json" && typeof text === "string") {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return undefined; // it was no JSON: there is no value to keep
    }
  }
  return undefined;
}

export function definitionsOf(schema: Schema): Definitions {
  return { ...schema.definitions, ...schema.$defs };
}

const DEEPEST = 20;

/** A schema with its references followed and `allOf` merged. */
export function resolved(schema: Schema, definitions: Definitions, depth = 0): Schema {
  if (depth > DEEPEST) return schema;
  const { $ref, allOf, ...own } = schema;
  let base: Schema = {};
  if ($ref !== undefined) {
    const found = definitions[$ref.split("/").pop() ?? ""];
    if (found) base = resolved(found, definitions, depth + 1);
  }
  for (const each of allOf ?? []) {
    const part = resolved(each, definitions, depth + 1);
    base = {
      ...base,
      ...part,
      ...(base.properties || part.properties ? { properties: { ...base.properties, ...part.properties } } : {}),
      ...(base.required || part.required ? { required: [...(base.required ?? []), ...(part.required ?? [])] } : {}),
    };
  }
  return { ...base, ...own };
}

/** The definition that a schema refers to; null if it stands for itself. */
export function refOf(schema: Schema): string | null {
  return schema.$ref ?? (schema.allOf?.length === 1 ? (schema.allOf[0]?.$ref ?? null) : null);
}

export function branchesOf(schema: Schema): Schema[] | null {
  if (schema.anyOf ?? schema.oneOf) return schema.anyOf ?? schema.oneOf ?? null;
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }));
  return null;
}

const FORMATS: Record<string, Widget> = {
  date: "date",
  "date-time": "date-time",
  time: "time",
  duration: "duration",
  "time-delta": "duration",
  password: "secret",
  "json-string": "long-text",
  multiline: "long-text",
};

export function slugOf(schema: Schema): string | undefined {
  return schema.blockTypeSlug ?? schema.block_type_slug;
}

/** What draws a schema; `json` for all that has no better way. The schema is `resolved`. */
export function widgetOf(schema: Schema): Widget {
  if (slugOf(schema) !== undefined) return "block";
  if (schema.const !== undefined) return "constant";
  if (schema.enum) return "choice";
  const branches = branchesOf(schema);
  if (branches) return branches.length === 1 ? widgetOf(branches[0] as Schema) : "union";
  switch (schema.type) {
    case "string":
      if (schema.contentMediaType === "application/json") return "long-text";
      return schema.writeOnly ? "secret" : (FORMATS[schema.format ?? ""] ?? "text");
    case "integer":
    case "number":
      return schema.format === "time-delta" ? "number" : schema.type;
    case "boolean":
      return "switch";
    case "null":
      return "none";
    case "array":
      if (schema.prefixItems) return "tuple";
      if (schema.uniqueItems && schema.items?.enum) return "choices";
      return schema.items === undefined || Object.keys(schema.items).length === 0 ? "json" : "list";
    case "object":
      if (schema.properties && Object.keys(schema.properties).length > 0) return "object";
      return isObject(schema.additionalProperties) && isSimple(schema.additionalProperties as Schema) ? "map" : "json";
    default:
      return schema.properties ? "object" : "json";
  }
}

function isSimple(schema: Schema): boolean {
  const types = branchesOf(schema)?.map((each) => each.type) ?? [schema.type];
  return types.every((type) => ["string", "integer", "number", "boolean", "null"].includes(String(type)));
}

/** The fields of an object in their order. */
export function fieldsOf(schema: Schema): FieldOf[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {})
    .map(([name, each], index) => ({ name, each, at: each.position ?? index }))
    .sort((a, b) => a.at - b.at)
    .map(({ name, each }) => ({ name, title: each.title ?? name, schema: each, isRequired: required.has(name) }));
}

/** The name of a branch of a union, as its tab says it. */
export function typeName(schema: Schema, definitions: Definitions): string {
  const full = resolved(schema, definitions);
  if (schema.$ref !== undefined || full.title) return full.title ?? schema.$ref?.split("/").pop() ?? "Value";
  if (full.const !== undefined) return String(full.const);
  if (full.enum) return "Choice";
  const names: Record<string, string> = {
    null: "None",
    string: "Text",
    integer: "Whole number",
    number: "Number",
    boolean: "Yes or no",
    array: "List",
    object: "Object",
  };
  const formats: Record<string, string> = {
    date: "Date",
    "date-time": "Date and time",
    time: "Time",
    duration: "Duration",
    "time-delta": "Duration",
    password: "Secret",
  };
  return formats[full.format ?? ""] ?? names[String(full.type)] ?? "Anything";
}

/** What a field begins with where nothing is known: defaults and constants, nothing else. */
export function initial(schema: Schema, definitions: Definitions, depth = 0): Value {
  const full = resolved(schema, definitions);
  if (full.default !== undefined) return full.default;
  if (full.const !== undefined) return full.const;
  if (widgetOf(full) !== "object" || depth > 6) return undefined;
  const made: JsonObject = {};
  for (const field of fieldsOf(full)) {
    const value = initial(field.schema, definitions, depth + 1);
    if (value !== undefined) made[field.name] = value;
  }
  return depth === 0 || Object.keys(made).length > 0 ? made : undefined;
}

/** What stands in a place that was just made, as by adding an item or choosing a branch. */
export function blank(schema: Schema, definitions: Definitions): Value {
  const full = resolved(schema, definitions);
  const known = initial(full, definitions);
  if (known !== undefined) return known;
  switch (widgetOf(full)) {
    case "none":
      return null;
    case "text":
    case "long-text":
      return "";
    case "switch":
      return false;
    case "list":
    case "choices":
      return [];
    case "tuple":
      return (full.prefixItems ?? []).map((each) => blank(each, definitions) ?? null);
    case "object":
    case "map":
      return {};
    case "choice":
      return full.enum?.[0];
    default:
      return undefined;
  }
}

/** The value with one key changed; `undefined` takes the key away. */
export function withKey(value: Value, key: string, next: Value): JsonObject {
  const made: JsonObject = isObject(value) ? { ...value } : {};
  if (next === undefined) delete made[key];
  else made[key] = next;
  return made;
}

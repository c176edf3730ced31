/**
 * Whether a value fits a schema, and where it does not.
 *
 * Written out rather than compiled: the page's policy allows no code that is made from text. Values that the
 * server fills in (`__prefect_kind`) are left to it.
 */

import { branchesOf, isObject, kindOf, resolved, type Definitions, type Json, type Schema, type Value } from "./model";

/** What is wrong in a place, and in the places below it. */
export interface Problems {
  own: string[];
  at: Map<string, Problems>;
}

export const NONE: Problems = { own: [], at: new Map() };

export function hasProblems({ own, at }: Problems): boolean {
  return own.length > 0 || [...at.values()].some(hasProblems);
}

export function countProblems({ own, at }: Problems): number {
  return own.length + [...at.values()].reduce((sum, each) => sum + countProblems(each), 0);
}

export function check(schema: Schema, value: Value, definitions: Definitions, depth = 0): Problems {
  const full = resolved(schema, definitions);
  if (value === undefined || depth > 30) return NONE;
  const kind = kindOf(value);
  if (kind !== "plain") return placeholder(kind, value as { [key: string]: Json });
  const branches = branchesOf(full);
  if (branches) return union(branches, value, definitions, depth);
  if (full.const !== undefined) return same(full.const, value) ? NONE : only(`has to be ${JSON.stringify(full.const)}`);
  if (full.enum) return full.enum.some((each) => same(each, value)) ? NONE : only("is not one of the choices");
  const wrongType = typeProblem(full.type as string | undefined, value);
  if (wrongType !== null) return only(wrongType);
  if (typeof value === "string") return text(full, value);
  if (typeof value === "number") return number(full, value);
  if (Array.isArray(value)) return array(full, value, definitions, depth);
  if (isObject(value)) return object(full, value, definitions, depth);
  return NONE;
}

function only(message: string): Problems {
  return { own: [message], at: new Map() };
}

export function same(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function placeholder(kind: string, value: { [key: string]: Json }): Problems {
  if (kind === "json") {
    try {
      JSON.parse(String(value["value"]));
    } catch {
      return only("is no JSON");
    }
  }
  if (kind === "jinja" && !value["template"]) return only("needs a template");
  if (kind === "workspace_variable" && !value["variable_name"]) return only("needs the name of a variable");
  return NONE;
}

function typeProblem(type: string | undefined, value: Json): string | null {
  switch (type) {
    case "string":
      return typeof value === "string" ? null : "has to be text";
    case "integer":
      return typeof value === "number" && Number.isInteger(value) ? null : "has to be a whole number";
    case "number":
      return typeof value === "number" ? null : "has to be a number";
    case "boolean":
      return typeof value === "boolean" ? null : "has to be true or false";
    case "null":
      return value === null ? null : "has to be nothing";
    case "array":
      return Array.isArray(value) ? null : "has to be a list";
    case "object":
      return isObject(value) ? null : "has to be an object";
    default:
      return null;
  }
}

/** The branch that a value fits, or fits least badly. */
export function branchOf(branches: readonly Schema[], value: Value, definitions: Definitions): number {
  if (value === undefined) return -1;
  let best = -1;
  let fewest = Infinity;
  branches.forEach((branch, index) => {
    const found = check(branch, value, definitions);
    const count = hasProblems(found) ? countProblems(found) + (found.own.length > 0 ? 1_000 : 0) : 0;
    if (count < fewest) [best, fewest] = [index, count];
  });
  return best;
}

function union(branches: readonly Schema[], value: Json, definitions: Definitions, depth: number): Problems {
  const all = branches.map((branch) => check(branch, value, definitions, depth + 1));
  if (all.some((each) => !hasProblems(each))) return NONE;
  return all[branchOf(branches, value, definitions)] ?? only("fits none of the types");
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;
const DURATION = /^[+-]?P(?=.)(\d+(\.\d+)?W)?(\d+(\.\d+)?Y)?(\d+(\.\d+)?M)?(\d+(\.\d+)?D)?(T(?=.)(\d+(\.\d+)?H)?(\d+(\.\d+)?M)?(\d+(\.\d+)?S)?)?$/;
const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

function text(schema: Schema, value: string): Problems {
  const { minLength = 0, maxLength = Infinity, pattern, format } = schema;
  const isJson = format === "json-string" || schema.contentMediaType === "application/json";
  const length = [...value].length;
  if (length < minLength) return only(minLength === 1 ? "may not be empty" : `needs ${minLength} characters`);
  if (length > maxLength) return only(`may have ${maxLength} characters, this has ${length}`);
  if (pattern !== undefined && !matches(pattern, value)) return only(`has to match ${pattern}`);
  if (format === "date" && !(DATE.test(value) && !Number.isNaN(Date.parse(value)))) return only("has to be a date");
  if (format === "date-time" && !(value.length > 9 && !Number.isNaN(Date.parse(value))))
    return only("has to be a date and time");
  if (format === "time" && !TIME.test(value)) return only("has to be a time such as 14:30");
  if (format === "duration" && !DURATION.test(value)) return only("has to be a duration such as PT1H30M");
  if (format === "uuid" && !UUID.test(value)) return only("has to be a UUID");
  if (isJson) {
    try {
      JSON.parse(value);
    } catch {
      return only("has to be JSON");
    }
  }
  return NONE;
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true; // a pattern of another language: the server knows
  }
}

function number(schema: Schema, value: number): Problems {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) return only(`has to be ${minimum} or more`);
  if (maximum !== undefined && value > maximum) return only(`has to be ${maximum} or less`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return only(`has to be more than ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return only(`has to be less than ${exclusiveMaximum}`);
  if (multipleOf !== undefined && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9)
    return only(`has to be a multiple of ${multipleOf}`);
  return NONE;
}

function array(schema: Schema, value: Json[], definitions: Definitions, depth: number): Problems {
  const own: string[] = [];
  const { minItems, maxItems, uniqueItems, prefixItems = [], items } = schema;
  if (minItems !== undefined && value.length < minItems) own.push(`needs ${minItems} items or more`);
  if (maxItems !== undefined && value.length > maxItems) own.push(`may have ${maxItems} items at most`);
  if (uniqueItems && new Set(value.map((each) => JSON.stringify(each))).size < value.length)
    own.push("has an item twice");
  const at = new Map<string, Problems>();
  value.forEach((each, index) => {
    const found = check(prefixItems[index] ?? items ?? {}, each, definitions, depth + 1);
    if (hasProblems(found)) at.set(String(index), found);
  });
  return { own, at };
}

function object(schema: Schema, value: { [key: string]: Json }, definitions: Definitions, depth: number): Problems {
  const own: string[] = [];
  const at = new Map<string, Problems>();
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const name of required)
    if (value[name] === undefined) at.set(name, only("is required"));
  for (const [name, each] of Object.entries(value)) {
    const known = properties[name];
    let found = NONE;
    if (known) found = check(known, each, definitions, depth + 1);
    else if (additionalProperties === false) own.push(`knows no ${name}`);
    else if (isObject(additionalProperties)) found = check(additionalProperties as Schema, each, definitions, depth + 1);
    if (hasProblems(found)) at.set(name, found);
  }
  return { own, at };
}

/** An error as `ui/schemas/validate` tells it. */
export type Told = string | { property: string; errors: Told[] } | { index: number; errors: Told[] };

/** What the server found, in the form that fields show. */
export function fromServer(errors: readonly Told[]): Problems {
  const made: Problems = { own: [], at: new Map() };
  for (const each of errors) {
    if (typeof each === "string") made.own.push(each);
    else made.at.set("property" in each ? each.property : String(each.index), fromServer(each.errors));
  }
  return made;
}

/** What an action's refusal says of fields below `place` of its body, such as `parameters`. */
export function fromFields(fields: ReadonlyMap<string, string>, place: string): Problems {
  const made: Problems = { own: [], at: new Map() };
  for (const [path, message] of fields) {
    if (path !== place && !path.startsWith(`${place}.`)) continue;
    let here = made;
    for (const key of path.slice(place.length + 1).split(".").filter(Boolean)) {
      const next = here.at.get(key) ?? { own: [], at: new Map<string, Problems>() };
      here.at.set(key, next);
      here = next;
    }
    here.own.push(message);
  }
  return made;
}

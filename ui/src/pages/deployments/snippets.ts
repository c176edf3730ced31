/** How a run that a form describes is made from elsewhere. */

import type { Json, JsonObject } from "../../parts/schema/model";

export interface Wanted {
  deployment: string;
  /** `flow/deployment`. */
  full: string;
  parameters: JsonObject;
  at: string | null;
  tags: string[];
  name: string;
  variables: JsonObject;
}

/** Text that a shell takes as one word. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** A JSON value as Python writes it. */
export function python(value: Json, depth = 1): string {
  const pad = "    ".repeat(depth);
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((each) => python(each, depth + 1))
    : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${python(each, depth + 1)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const short = parts.join(", ");
  if (short.length < 60) return `${open}${short}${close}`;
  return `${open}\n${parts.map((each) => `${pad}    ${each},\n`).join("")}${pad}${close}`;
}

export function asCli({ full, parameters, at, tags, name, variables }: Wanted): string {
  const words = ["prefect deployment run", quoted(full)];
  if (Object.keys(parameters).length > 0) words.push(`--params ${quoted(JSON.stringify(parameters))}`);
  if (at !== null) words.push(`--start-at ${quoted(at)}`);
  for (const tag of tags) words.push(`--tag ${quoted(tag)}`);
  for (const [key, value] of Object.entries(variables))
    words.push(`--job-variable ${quoted(`${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)}`);
  words.push(`--flow-run-name ${quoted(name)}`);
  return words.join(" \\\n  ");
}

export function asPython({ full, parameters, at, tags, name, variables }: Wanted): string {
  const given = [JSON.stringify(full)];
  if (Object.keys(parameters).length > 0) given.push(`parameters=${python(parameters)}`);
  if (at !== null) given.push(`scheduled_time=datetime.fromisoformat(${JSON.stringify(at.replace("Z", "+00:00"))})`);
  given.push(`flow_run_name=${JSON.stringify(name)}`);
  if (tags.length > 0) given.push(`tags=${python(tags)}`);
  if (Object.keys(variables).length > 0) given.push(`job_variables=${python(variables)}`);
  given.push("timeout=0");
  const imports = `${at === null ? "" : "from datetime import datetime\n\n"}from prefect.deployments import run_deployment\n\n`;
  return `${imports}run_deployment(\n${given.map((each) => `    ${each},\n`).join("")})`;
}

export function asCurl(api: string, deployment: string, body: JsonObject): string {
  const address = `${api}/deployments/${deployment}/create_flow_run`;
  return `curl -X POST ${quoted(address)} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quoted(JSON.stringify(body))}`;
}

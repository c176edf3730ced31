/** A form made from a JSON schema, or the same values as JSON. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { JsonEditor } from "../JsonEditor";
import { check, countProblems, hasProblems, NONE, type Problems } from "./check";
import { ObjectOf } from "./groups";
import { definitionsOf, resolved, widgetOf, type JsonObject, type Schema, type Value } from "./model";
import { Places } from "./SchemaField";
import "./schema.css";

interface Props {
  schema: Schema;
  values: JsonObject;
  change: (update: (before: JsonObject) => JsonObject) => void;
  /** What the server found wrong when it was asked last. */
  told?: Problems;
  /** Told whether the values can be sent. */
  judge?: (isGood: boolean) => void;
  label?: string;
  /** Where the schema is not enforced, values may be anything. */
  isFree?: boolean;
}

export function SchemaForm({ schema, values, change, told = NONE, judge, label = "Values", isFree = false }: Props) {
  const definitions = useMemo(() => definitionsOf(schema), [schema]);
  const full = useMemo(() => resolved(schema, definitions), [schema, definitions]);
  const canDraw = widgetOf({ ...full, type: full.type ?? "object" }) === "object";
  const [isJson, showJson] = useState(!canDraw);
  const [isBroken, setBroken] = useState(false);
  const found = useMemo(
    () => (isFree ? NONE : check({ ...full, required: full.required ?? [] }, values, definitions)),
    [full, values, definitions, isFree],
  );
  const isGood = !hasProblems(found) && !isBroken;
  useEffect(() => judge?.(isGood), [isGood]);
  const shown = useMemo(() => merged(found, told), [found, told]);
  const update = (change_: (before: Value) => Value): void => change((before) => (change_(before) ?? {}) as JsonObject);
  const unknown = Object.keys(values).filter((key) => !(key in (full.properties ?? {})));
  return (
    <div class="schema-form" role="group" aria-label={label}>
      <div class="row apart">
        <span class={isGood ? "muted" : "wrong-count"} role="status">
          {isBroken ? "This is no JSON" : isGood ? "" : `${countProblems(found)} to mend`}
        </span>
        {canDraw && (
          <span class="segments" role="group" aria-label="How values are shown">
            <button type="button" aria-pressed={!isJson} disabled={isBroken} onClick={() => showJson(false)}>
              Form
            </button>
            <button type="button" aria-pressed={isJson} onClick={() => showJson(true)}>
              JSON
            </button>
          </span>
        )}
      </div>
      {shown.own.map((each) => (
        <span key={each} class="wrong" role="alert">
          {each}
        </span>
      ))}
      {isJson ? (
        <JsonEditor
          label={label}
          isLabelHidden
          value={values}
          lines={12}
          broken={setBroken}
          change={(next) => change(() => (next ?? {}) as JsonObject)}
        />
      ) : (
        <Places.Provider value={definitions}>
          <ObjectOf schema={full} value={values} change={update} problems={shown} />
          {unknown.length > 0 && (
            <p class="muted">
              Not in the form: {unknown.map((key) => <code key={key}>{key} </code>)} (see JSON)
            </p>
          )}
        </Places.Provider>
      )}
    </div>
  );
}

function merged(a: Problems, b: Problems): Problems {
  if (!hasProblems(b)) return a;
  const at = new Map(a.at);
  for (const [key, each] of b.at) at.set(key, merged(a.at.get(key) ?? NONE, each));
  return { own: [...new Set([...a.own, ...b.own])], at };
}

/** The widgets of single values: text, numbers, choices, dates, secrets, blocks, and JSON for the rest. */

import { Eye, EyeOff } from "lucide-preact";
import { useState } from "preact/hooks";

import { JsonEditor } from "../JsonEditor";
import { BlockChoice } from "./BlockChoice";
import { same } from "./check";
import { slugOf, widgetOf, type Json, type Value } from "./model";
import type { WidgetProps } from "./SchemaField";
import { asNumber, fromLocal, toLocal } from "./texts";

const LONGEST = 100_000;

export function Simple(props: WidgetProps) {
  const { schema, id, value, change, title, problems } = props;
  const set = (next: Value): void => change(() => next);
  const shared = {
    id,
    class: "input",
    "aria-invalid": problems.own.length > 0 ? true : undefined,
    placeholder: schema.default != null ? String(JSON.stringify(schema.default)) : undefined,
  };
  if (typeof value === "string" && value.length > LONGEST) return <Large text={value} clear={() => set(undefined)} />;
  switch (widgetOf(schema)) {
    case "none":
      return <span class="muted">None</span>;
    case "constant":
      return <code>{JSON.stringify(schema.const)}</code>;
    case "secret":
      return <Secret {...props} />;
    case "integer":
    case "number":
      return (
        <input
          {...shared}
          inputMode={schema.type === "integer" ? "numeric" : "decimal"}
          value={shown(value)}
          onInput={(event) => set(asNumber(event.currentTarget.value))}
        />
      );
    case "choice":
      return <Choice {...props} />;
    case "date":
    case "time":
      return (
        <input
          {...shared}
          type={widgetOf(schema)}
          step="1"
          value={shown(value)}
          onInput={(event) => set(event.currentTarget.value || undefined)}
        />
      );
    case "date-time":
      return (
        <input
          {...shared}
          type="datetime-local"
          step="1"
          value={toLocal(value)}
          onInput={(event) => set(fromLocal(event.currentTarget.value))}
        />
      );
    case "duration":
      return (
        <input
          {...shared}
          placeholder="PT1H30M, or seconds"
          value={shown(value)}
          onInput={(event) => set(event.currentTarget.value || undefined)}
        />
      );
    case "long-text":
      return (
        <textarea {...shared} rows={4} value={shown(value)} onInput={(event) => set(event.currentTarget.value)} />
      );
    case "text":
      return isLong(value) ? (
        <textarea {...shared} rows={4} value={shown(value)} onInput={(event) => set(event.currentTarget.value)} />
      ) : (
        <input {...shared} value={shown(value)} onInput={(event) => set(event.currentTarget.value)} />
      );
    case "block":
      return <BlockChoice id={id} slug={slugOf(schema) ?? ""} value={value} change={set} />;
    default:
      return <JsonEditor label={title} isLabelHidden value={value} change={(next) => set(next as Value)} lines={3} />;
  }
}

function isLong(value: Value): boolean {
  return typeof value === "string" && (value.includes("\n") || value.length > 120);
}

function shown(value: Value): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function Choice({ schema, id, value, change }: WidgetProps) {
  const options = schema.enum ?? [];
  const at = value === undefined ? -1 : options.findIndex((each) => same(each, value));
  return (
    <select
      id={id}
      class="input"
      value={String(at)}
      onChange={(event) => {
        const index = Number(event.currentTarget.value);
        change(() => (index < 0 ? undefined : options[index]));
      }}
    >
      <option value="-1">{value === undefined || at >= 0 ? "Choose …" : `${shown(value)} (no choice)`}</option>
      {options.map((each: Json, index) => (
        <option key={index} value={String(index)}>
          {typeof each === "string" ? each : JSON.stringify(each)}
        </option>
      ))}
    </select>
  );
}

function Secret({ id, value, change, problems }: WidgetProps) {
  const [isShown, show] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <span class="row">
      <input
        id={id}
        class="input"
        type={isShown ? "text" : "password"}
        autoComplete="new-password"
        aria-invalid={problems.own.length > 0 ? true : undefined}
        value={shown(value)}
        onInput={(event) => {
          const text = event.currentTarget.value;
          change(() => text);
        }}
      />
      <button class="button icon" type="button" aria-label={isShown ? "Hide" : "Show"} onClick={() => show(!isShown)}>
        <Icon size={14} aria-hidden />
      </button>
    </span>
  );
}

function Large({ text, clear }: { text: string; clear: () => void }) {
  return (
    <div class="stack" style="gap: var(--gap-2)">
      <pre class="snippet">{text.slice(0, 300)}…</pre>
      <span class="row">
        <span class="muted">{Math.round(text.length / 1000)} kB of text: too much to edit here.</span>
        <button class="button small" type="button" onClick={clear}>
          Write it anew
        </button>
      </span>
    </div>
  );
}

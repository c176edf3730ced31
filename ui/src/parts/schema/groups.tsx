/** The widgets that hold others: objects, lists, maps, unions. */

import { ArrowDown, ArrowUp, Plus, X } from "lucide-preact";
import { useContext, useState } from "preact/hooks";

import { branchOf, NONE, type Problems } from "./check";
import {
  blank,
  branchesOf,
  fieldsOf,
  isObject,
  resolved,
  typeName,
  widgetOf,
  withKey,
  type Json,
  type Schema,
  type Value,
} from "./model";
import { Places, SchemaField, type Change, type WidgetProps } from "./SchemaField";

function below(problems: Problems, key: string | number): Problems {
  return problems.at.get(String(key)) ?? NONE;
}

/** Changes one key of an object. */
function ofKey(change: Change, key: string): Change {
  return (update) => change((before) => withKey(before, key, update(isObject(before) ? before[key] : undefined)));
}

/** Changes one item of a list. */
function ofItem(change: Change, index: number): Change {
  return (update) =>
    change((before) => {
      const items = Array.isArray(before) ? [...before] : [];
      items[index] = update(items[index]) ?? null;
      return Array.from(items, (each) => each ?? null);
    });
}

export function ObjectOf({ schema, value, change, problems }: Omit<WidgetProps, "id" | "title">) {
  const known = isObject(value) ? value : {};
  return (
    <div class="schema-object">
      {fieldsOf(schema).map((field) => (
        <SchemaField
          key={field.name}
          schema={field.schema}
          title={field.title}
          isRequired={field.isRequired}
          value={known[field.name]}
          change={ofKey(change, field.name)}
          problems={below(problems, field.name)}
        />
      ))}
    </div>
  );
}

export function List({ schema, value, change, problems, title }: WidgetProps) {
  const definitions = useContext(Places);
  const items = Array.isArray(value) ? value : [];
  const of = schema.items ?? {};
  const [dragged, drag] = useState(-1);
  const move = (from: number, to: number): void =>
    change((before) => {
      const next = Array.isArray(before) ? [...before] : [];
      const [taken] = next.splice(from, 1);
      if (taken !== undefined) next.splice(to, 0, taken);
      return next;
    });
  return (
    <div class="schema-object">
      {items.map((each, index) => (
        <div
          key={index}
          class="schema-item"
          draggable={dragged === index}
          onDragOver={(event) => dragged >= 0 && event.preventDefault()}
          onDrop={() => (move(dragged, index), drag(-1))}
          onDragEnd={() => drag(-1)}
        >
          <span class="grip muted" title="Drag to move" aria-hidden onMouseDown={() => drag(index)} onMouseUp={() => drag(-1)}>
            {index + 1}
          </span>
          <SchemaField
            schema={of}
            title={`${title} ${index + 1}`}
            isBare
            isRequired
            value={each}
            change={ofItem(change, index)}
            problems={below(problems, index)}
          />
          <span class="row" style="gap: 0">
            <button class="button quiet icon small" type="button" aria-label={`Move item ${index + 1} up`} disabled={index === 0} onClick={() => move(index, index - 1)}>
              <ArrowUp size={13} aria-hidden />
            </button>
            <button class="button quiet icon small" type="button" aria-label={`Move item ${index + 1} down`} disabled={index === items.length - 1} onClick={() => move(index, index + 1)}>
              <ArrowDown size={13} aria-hidden />
            </button>
            <button
              class="button quiet icon small"
              type="button"
              aria-label={`Remove item ${index + 1}`}
              onClick={() => change((before) => (Array.isArray(before) ? before.filter((_, at) => at !== index) : []))}
            >
              <X size={13} aria-hidden />
            </button>
          </span>
        </div>
      ))}
      <span>
        <button
          class="button small"
          type="button"
          onClick={() => change((before) => [...(Array.isArray(before) ? before : []), blank(of, definitions) ?? null])}
        >
          <Plus size={13} aria-hidden /> Add to {title}
        </button>
      </span>
    </div>
  );
}

export function Tuple({ schema, value, change, problems, title }: WidgetProps) {
  const items = Array.isArray(value) ? value : [];
  return (
    <div class="schema-object">
      {(schema.prefixItems ?? []).map((each, index) => (
        <SchemaField
          key={index}
          schema={each}
          title={each.title ?? `${title} ${index + 1}`}
          isRequired
          value={items[index]}
          change={ofItem(change, index)}
          problems={below(problems, index)}
        />
      ))}
    </div>
  );
}

/** An array of choices without repetition: all choices to tick. */
export function Choices({ schema, value, change }: WidgetProps) {
  const chosen = new Set((Array.isArray(value) ? value : []).map((each) => JSON.stringify(each)));
  const options = schema.items?.enum ?? [];
  const toggle = (option: Json): void => {
    const text = JSON.stringify(option);
    change((before) => {
      const now = new Set((Array.isArray(before) ? before : []).map((each) => JSON.stringify(each)));
      if (!now.delete(text)) now.add(text);
      return options.filter((each) => now.has(JSON.stringify(each)));
    });
  };
  return (
    <div class="row wrap">
      {options.map((option) => (
        <label key={JSON.stringify(option)} class="row">
          <input type="checkbox" checked={chosen.has(JSON.stringify(option))} onChange={() => toggle(option)} />
          {typeof option === "string" ? option : JSON.stringify(option)}
        </label>
      ))}
    </div>
  );
}

/** Keys and values of one type. */
export function MapOf({ schema, value, change, problems, title }: WidgetProps) {
  const definitions = useContext(Places);
  const of = schema.additionalProperties as Schema;
  const [added, setAdded] = useState("");
  const known = isObject(value) ? value : {};
  const add = (): void => {
    if (added.trim() === "" || added in known) return;
    change((before) => withKey(before, added.trim(), blank(of, definitions) ?? ""));
    setAdded("");
  };
  return (
    <div class="schema-object">
      {Object.entries(known).map(([key, each]) => (
        <div key={key} class="schema-item">
          <code class="cut" title={key}>{key}</code>
          <SchemaField schema={of} title={key} isBare isRequired value={each} change={ofKey(change, key)} problems={below(problems, key)} />
          <button class="button quiet icon small" type="button" aria-label={`Remove ${key}`} onClick={() => change((before) => withKey(before, key, undefined))}>
            <X size={13} aria-hidden />
          </button>
        </div>
      ))}
      <span class="row">
        <input
          class="input"
          style="max-width: 14rem"
          aria-label={`New key of ${title}`}
          placeholder="key"
          value={added}
          onInput={(event) => setAdded(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && (event.preventDefault(), add())}
        />
        <button class="button small" type="button" onClick={add}>
          <Plus size={13} aria-hidden /> Add
        </button>
      </span>
    </div>
  );
}

/** One of several types: a tab for each, and the widget of the chosen one. */
export function Union(props: WidgetProps) {
  const { schema, value, change, title, problems } = props;
  const definitions = useContext(Places);
  const branches = branchesOf(schema) ?? [];
  const fits = branchOf(branches, value, definitions);
  const [chosen, choose] = useState<number | null>(null);
  const at = chosen ?? (fits >= 0 ? fits : branches.findIndex((each) => resolved(each, definitions).type !== "null"));
  const branch = branches[at] ?? branches[0] ?? {};
  const take = (index: number): void => {
    choose(index);
    const next = branches[index] ?? {};
    if (index !== at) change((before) => kept(before, next) ?? blank(next, definitions));
  };
  const kept = (before: Value, next: Schema): Value =>
    before !== undefined && before !== null && typeof before !== "object" && widgetOf(resolved(next, definitions)) === "text"
      ? String(before)
      : undefined;
  const isNone = widgetOf(resolved(branch, definitions)) === "none";
  return (
    <div class="stack" style="gap: var(--gap-2)">
      <span class="segments" role="group" aria-label={`Type of ${title}`}>
        {branches.map((each, index) => (
          <button key={index} type="button" aria-pressed={index === at} onClick={() => take(index)}>
            {typeName(each, definitions)}
          </button>
        ))}
      </span>
      {!isNone && (
        <SchemaField
          key={at}
          schema={branch}
          title={title}
          isBare
          isRequired
          value={value === null ? undefined : value}
          change={change}
          problems={{ own: [], at: problems.at }}
        />
      )}
    </div>
  );
}

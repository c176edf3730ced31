/** One field of a schema form: its label, its widget, and the other ways to give its value. */

import { Component, createContext } from "preact";
import { useContext, useId, useMemo, useState } from "preact/hooks";

import { Menu } from "../Menu";
import { Switch } from "../Switch";
import { hasProblems, type Problems } from "./check";
import { Choices, List, MapOf, Tuple, Union, ObjectOf } from "./groups";
import {
  asKind,
  initial,
  kindOf,
  refOf,
  resolved,
  widgetOf,
  type Definitions,
  type JsonObject,
  type Kind,
  type Schema,
  type Value,
} from "./model";
import { Simple } from "./Simple";
import { Given } from "./Given";

/** Change a value, seen from what it is then: fields that were not drawn again stay right. */
export type Change = (update: (before: Value) => Value) => void;

export interface FieldProps {
  schema: Schema;
  title: string;
  value: Value;
  change: Change;
  problems: Problems;
  isRequired?: boolean;
  /** Where the name of the field is to be seen elsewhere. */
  isBare?: boolean;
}

export interface WidgetProps extends FieldProps {
  id: string;
}

export const Places = createContext<Definitions>({});

/** The definitions that a field stands in: one that holds itself is drawn when it is asked for. */
const Within = createContext<readonly string[]>([]);

const WAYS: readonly (readonly [Kind | "plain", string])[] = [
  ["plain", "By this form"],
  ["json", "As JSON"],
  ["jinja", "As a Jinja template"],
  ["workspace_variable", "From a variable"],
];
const NESTED = new Set(["object", "list", "tuple", "map", "union"]);

/** Draws the field again only when something of it is new: large forms stay quick. */
export class SchemaField extends Component<FieldProps> {
  override shouldComponentUpdate(next: FieldProps): boolean {
    const { value, schema, problems, title, isRequired } = this.props;
    return (
      next.value !== value ||
      next.schema !== schema ||
      next.title !== title ||
      next.isRequired !== isRequired ||
      (next.problems !== problems && (hasProblems(next.problems) || hasProblems(problems)))
    );
  }

  override render() {
    return <Drawn {...this.props} />;
  }
}

function Drawn(props: FieldProps) {
  const { schema, title, value, change, problems, isRequired, isBare } = props;
  const definitions = useContext(Places);
  const full = resolved(schema, definitions);
  const within = useContext(Within);
  const id = useId();
  const kind = kindOf(value);
  const widget = widgetOf(full);
  const ref = refOf(schema);
  const holdsItself = ref !== null && within.includes(ref) && widget === "object" && value === undefined;
  const inside = useMemo(() => (ref === null ? within : [...within, ref]), [within, ref]);
  const set = (next: Value): void => change(() => next);
  const items = [
    ...WAYS.filter(([way]) => way !== kind).map(([way, name]) => ({
      name,
      do: () => change((before) => asKind(way, before)),
    })),
    { name: full.default === undefined ? "Clear" : "Back to the default", do: () => set(initial(schema, definitions)) },
    !isRequired && value !== undefined && { name: "Leave out", do: () => set(undefined) },
  ];
  const inner = { ...props, schema: full, id };
  const isGroup = NESTED.has(widget) && kind === "plain";
  return (
    <div class={`field schema-field ${isGroup ? "group" : ""}`} role={isGroup ? "group" : undefined} aria-label={isGroup ? title : undefined}>
      <div class="row apart">
        {isGroup || (widget === "switch" && kind === "plain") ? (
          <span class={isBare ? "hidden-text" : "label"}>{title}{mark(isRequired)}</span>
        ) : (
          <label class={isBare ? "hidden-text" : "label"} for={id}>
            {title}
            {mark(isRequired)}
          </label>
        )}
        <span class="row" style="margin-left: auto; gap: var(--gap-1)">
          {value === undefined && !isBare && <span class="muted small-text">left out</span>}
          {kind === "plain" && widget === "switch" && (
            <Switch label={title} isOn={value === true} change={set} />
          )}
          {!isBare && <Menu label={`How ${title} is given`} items={items} />}
        </span>
      </div>
      {holdsItself ? (
        <button class="button small" type="button" onClick={() => set({})}>
          Add {title}
        </button>
      ) : kind === "plain" ? (
        <Within.Provider value={inside}>
          <Body {...inner} />
        </Within.Provider>
      ) : (
        <Given kind={kind} id={id} value={value as JsonObject} change={set} />
      )}
      {full.description && !isBare && <Words text={full.description} />}
      {problems.own.map((each) => (
        <span key={each} class="wrong">
          {title} {each}
        </span>
      ))}
    </div>
  );
}

function mark(isRequired?: boolean) {
  return isRequired ? <span style="color: var(--danger)" title="required"> *</span> : null;
}

/** A description: its first sentence or two; the rest when asked for. */
function Words({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > 220;
  return (
    <span class="hint" style="white-space: pre-line">
      {isLong && !isWhole ? `${text.slice(0, 200)}… ` : text}
      {isLong && (
        <button class="link" type="button" onClick={() => setWhole(!isWhole)}>
          {isWhole ? "less" : "more"}
        </button>
      )}
    </span>
  );
}

function Body(props: WidgetProps) {
  switch (widgetOf(props.schema)) {
    case "object":
      return <ObjectOf {...props} />;
    case "list":
      return <List {...props} />;
    case "tuple":
      return <Tuple {...props} />;
    case "map":
      return <MapOf {...props} />;
    case "choices":
      return <Choices {...props} />;
    case "union":
      return <Union {...props} />;
    case "switch":
      return null; // stands beside the label
    default:
      return <Simple {...props} />;
  }
}


/** What jobs of a pool get: the defaults as a form, or the whole template as JSON. */

import { useMemo, useState } from "preact/hooks";

import { JsonEditor } from "../../parts/JsonEditor";
import { definitionsOf, fieldsOf, initial, type JsonObject, type Schema } from "../../parts/schema/model";
import { SchemaForm } from "../../parts/schema/SchemaForm";
import type { Template } from "./types";

interface Props {
  template: Partial<Template>;
  change: (template: Partial<Template>) => void;
  judge: (isGood: boolean) => void;
}

export function TemplateForm({ template, change, judge }: Props) {
  const [isWhole, showWhole] = useState(false);
  const schema = useMemo(() => ({ type: "object", ...template.variables, required: [] }), []);
  const [values, setValues] = useState<JsonObject>(
    () => (initial(schema, definitionsOf(schema)) as JsonObject | undefined) ?? {},
  );
  const set = (update: (before: JsonObject) => JsonObject): void => {
    const next = update(values);
    setValues(next);
    change({ ...template, variables: withDefaults(template.variables ?? schema, next) });
  };
  return (
    <>
      <div class="row apart">
        <h2>What jobs get</h2>
        <span class="segments" role="group" aria-label="How the template is shown">
          <button type="button" aria-pressed={!isWhole} onClick={() => showWhole(false)}>
            Defaults
          </button>
          <button type="button" aria-pressed={isWhole} onClick={() => showWhole(true)}>
            Template (JSON)
          </button>
        </span>
      </div>
      <p class="muted">Deployments may say otherwise with job variables.</p>
      {isWhole ? (
        <JsonEditor
          label="Base job template"
          value={template}
          lines={16}
          broken={(isBroken) => judge(!isBroken)}
          change={(next) => change((next ?? {}) as Partial<Template>)}
        />
      ) : (
        <SchemaForm label="Defaults" schema={schema} values={values} change={set} judge={judge} />
      )}
    </>
  );
}

/** The variables of a template with these values as defaults; those that are left out have none. */
export function withDefaults(schema: Schema, values: JsonObject): Schema {
  const properties: Record<string, Schema> = {};
  for (const { name, schema: each } of fieldsOf(schema)) {
    const { default: _, ...rest } = each;
    properties[name] = values[name] === undefined ? rest : { ...rest, default: values[name] };
  }
  return { ...schema, properties };
}

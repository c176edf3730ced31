/** A labelled place for an input, with a hint and what is wrong with it. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: string;
  hint?: ComponentChildren;
  wrong?: string | null;
  children: (id: string) => ComponentChildren;
}

export function Field({ label, hint, wrong, children }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {wrong ? (
        <span class="wrong" role="alert">
          {wrong}
        </span>
      ) : (
        hint && <span class="hint">{hint}</span>
      )}
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  change: (value: string) => void;
  hint?: ComponentChildren;
  wrong?: string | null;
  type?: string;
  placeholder?: string;
  isFirst?: boolean;
  isOff?: boolean;
}

export function TextField({ label, value, change, hint, wrong, type = "text", placeholder, isFirst, isOff }: TextProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(id) => (
        <input
          id={id}
          class="input"
          type={type}
          value={value}
          placeholder={placeholder}
          autoFocus={isFirst}
          disabled={isOff}
          aria-invalid={wrong ? true : undefined}
          autoComplete="off"
          onInput={(event) => change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  change: (value: string) => void;
  hint?: ComponentChildren;
}

export function SelectField({ label, value, options, change, hint }: SelectProps) {
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <select id={id} class="input" value={value} onChange={(event) => change(event.currentTarget.value)}>
          {options.map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A chip of a filter bar: opens a list of which any number can be chosen. */

import { ChevronDown } from "lucide-preact";
import { useState } from "preact/hooks";

import { useQuery } from "../api/queries";
import { Popup } from "./Popup";

export interface Option {
  value: string;
  name: string;
}

interface Props {
  name: string;
  chosen: readonly string[];
  choose: (values: string[]) => void;
  /** The options that contain a text; asked when the list is opened. */
  find: (text: string, signal: AbortSignal) => Promise<readonly Option[]>;
}

export function Choice(props: Props) {
  const { name, chosen } = props;
  const label = (
    <>
      {name}
      {chosen.length > 0 && <b>{chosen.length}</b>}
      <ChevronDown size={13} aria-hidden />
    </>
  );
  return (
    <Popup label={label} look={`button small ${chosen.length > 0 ? "chip-on" : ""}`} name={`${name}: ${chosen.length} chosen`}>
      {() => <Options {...props} />}
    </Popup>
  );
}

function Options({ name, chosen, choose, find }: Props) {
  const [text, setText] = useState("");
  const found = useQuery({ key: ["options", name, text], read: (signal) => find(text, signal), keep: true });
  const options = found.data ?? [];
  const unknown = chosen.filter((value) => !options.some((option) => option.value === value));
  const shown = [...unknown.map((value) => ({ value, name: value })), ...options];
  return (
    <div class="inside">
      <input
        class="input"
        autoFocus
        aria-label={`Search: ${name}`}
        placeholder="Search"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div style="max-height: 16rem; overflow-y: auto">
        {shown.map((option) => (
          <label key={option.value} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(option.value)}
              onChange={(event) =>
                choose(
                  event.currentTarget.checked
                    ? [...chosen, option.value]
                    : chosen.filter((value) => value !== option.value),
                )
              }
            />
            <span class="cut">{option.name}</span>
          </label>
        ))}
        {found.data && shown.length === 0 && <span class="muted">Nothing is called that.</span>}
      </div>
      {chosen.length > 0 && (
        <button class="button small" type="button" onClick={() => choose([])}>
          Clear
        </button>
      )}
    </div>
  );
}

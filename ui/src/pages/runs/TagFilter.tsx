/** Which tags runs have to have: all of some, any of some, none of some. */

import { ChevronDown } from "lucide-preact";
import { useState } from "preact/hooks";

import { Popup } from "../../parts/Popup";
import { useParams } from "../../parts/useParams";

const KINDS: readonly (readonly [string, string])[] = [
  ["tags", "All of"],
  ["tags-any", "Any of"],
  ["tags-none", "None of"],
];

export function TagFilter() {
  const parameters = useParams();
  const count = KINDS.reduce((sum, [name]) => sum + parameters.list(name).length, 0);
  const label = (
    <>
      Tags
      {count > 0 && <b>{count}</b>}
      <ChevronDown size={13} aria-hidden />
    </>
  );
  return (
    <Popup label={label} name={`Tags: ${count} chosen`} look={`button small ${count > 0 ? "chip-on" : ""}`}>
      {() => (
        <div class="inside">
          {KINDS.map(([name, title]) => (
            <List
              key={name}
              title={title}
              value={parameters.get(name)}
              take={(value) => parameters.set({ [name]: value })}
            />
          ))}
        </div>
      )}
    </Popup>
  );
}

function List({ title, value, take }: { title: string; value: string; take: (value: string) => void }) {
  const [text, setText] = useState(value);
  const done = (): void =>
    take(
      text
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean)
        .join(","),
    );
  return (
    <label class="field">
      <span class="label">{title}</span>
      <input
        class="input"
        placeholder="tags, with commas"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={done}
        onKeyDown={(event) => event.key === "Enter" && done()}
      />
    </label>
  );
}

/** Filters that are needed less often: parameters, how long runs took, their queue, who made them. */

import { ChevronDown } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";

import { Popup } from "../../parts/Popup";
import { useParams } from "../../parts/useParams";
import { MORE, secondsOf } from "./filter";

const FIELDS: readonly (readonly [(typeof MORE)[number], string, string, string])[] = [
  ["parameter", "Parameters", "region=north, rows=100", "Names and values of parameters, with commas between"],
  ["longer-than", "Longer than", "90, 5m or 2h", "Seconds, or a number with s, m, h or d"],
  ["queues", "Work queue", "default", "Names, with commas between"],
  ["created-by", "Created by", "name", "The beginning of the name of a person, schedule or automation"],
];

export function MoreFilters() {
  const parameters = useParams();
  const count = MORE.filter((name) => parameters.get(name)).length;
  const label = (
    <>
      More
      {count > 0 && <b>{count}</b>}
      <ChevronDown size={13} aria-hidden />
    </>
  );
  return (
    <Popup label={label} name={`More filters: ${count} chosen`} look={`button small ${count > 0 ? "chip-on" : ""}`}>
      {() => (
        <div class="inside">
          {FIELDS.map(([name, title, example, hint]) => (
            <Text
              key={name}
              {...{ title, example, hint }}
              value={parameters.get(name)}
              wrong={name === "longer-than" && parameters.get(name) !== "" && secondsOf(parameters.get(name)) === null}
              take={(value) => parameters.set({ [name]: value })}
            />
          ))}
        </div>
      )}
    </Popup>
  );
}

interface Props {
  title: string;
  example: string;
  hint: string;
  value: string;
  wrong: boolean;
  take: (value: string) => void;
}

function Text({ title, example, hint, value, wrong, take }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = (): void => take(text.trim());
  return (
    <label class="field">
      <span class="label">{title}</span>
      <input
        class="input"
        placeholder={example}
        aria-invalid={wrong || undefined}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={done}
        onKeyDown={(event) => event.key === "Enter" && done()}
      />
      <span class={wrong ? "wrong" : "hint"}>{wrong ? "This is no length of time." : hint}</span>
    </label>
  );
}

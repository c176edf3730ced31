/** Tags to add and to take away. */

import { X } from "lucide-preact";
import { useId, useState } from "preact/hooks";

interface Props {
  label: string;
  tags: readonly string[];
  change: (tags: string[]) => void;
  hint?: string;
}

export function TagInput({ label, tags, change, hint = "Enter or a comma ends a tag." }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const add = (): void => {
    const added = text.split(",").map((each) => each.trim()).filter((each) => each && !tags.includes(each));
    if (added.length > 0) change([...tags, ...new Set(added)]);
    setText("");
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="input tag-input">
        {tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
            <button type="button" aria-label={`Remove ${tag}`} onClick={() => change(tags.filter((each) => each !== tag))}>
              <X size={11} aria-hidden />
            </button>
          </span>
        ))}
        <input
          id={id}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === "Enter" || event.key === ",") {
              event.preventDefault();
              add();
            } else if (event.key === "Backspace" && text === "") change(tags.slice(0, -1));
          }}
        />
      </div>
      <span class="hint">{hint}</span>
    </div>
  );
}

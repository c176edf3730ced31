/** A text area for JSON that says where the text stops being JSON. */

import { useId, useState } from "preact/hooks";

interface Props {
  label: string;
  /** The value to begin with; what is typed afterwards is the editor's own. */
  value: unknown;
  change: (value: unknown) => void;
  /** Told when the text stops being JSON, or is JSON again. */
  broken?: (isBroken: boolean) => void;
  lines?: number;
  isLabelHidden?: boolean;
}

export function JsonEditor({ label, value, change, broken, lines = 8, isLabelHidden = false }: Props) {
  const id = useId();
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const wrong = whatIsWrong(text);
  const write = (next: string): void => {
    setText(next);
    const isBroken = whatIsWrong(next) !== null;
    broken?.(isBroken);
    if (!isBroken) change(next.trim() === "" ? undefined : JSON.parse(next));
  };
  return (
    <div class="field">
      <label for={id} class={isLabelHidden ? "hidden-text" : ""}>
        {label}
      </label>
      <textarea
        id={id}
        class="input mono"
        rows={Math.min(Math.max(lines, text.split("\n").length), 30)}
        spellcheck={false}
        value={text}
        aria-invalid={wrong ? true : undefined}
        onInput={(event) => write(event.currentTarget.value)}
      />
      {wrong && (
        <span class="wrong" role="alert">
          {wrong}
        </span>
      )}
    </div>
  );
}

/** What is wrong with a text as JSON and where; null if it is JSON or empty. */
export function whatIsWrong(text: string): string | null {
  if (text.trim() === "") return null;
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const told = (error as Error).message;
    const at = /position (\d+)/.exec(told);
    if (!at) return `This is no JSON: ${told}`;
    const before = text.slice(0, Number(at[1])).split("\n");
    return `This is no JSON: see line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  }
}

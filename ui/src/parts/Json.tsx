/** A JSON value to read: coloured, with copy; large ones are cut and can be downloaded. */

import { useMemo } from "preact/hooks";

import { saveAs } from "./file";
import { CopyButton } from "./Copy";

const MOST = 100_000;
const PIECES = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

export function Json({ value, name = "value" }: { value: unknown; name?: string }) {
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? "null", [value]);
  const shown = text.length > MOST ? text.slice(0, MOST) : text;
  const parts = useMemo(() => pieces(shown), [shown]);
  return (
    <div class="copied">
      <pre class="snippet json" tabIndex={0} aria-label={name}>
        {parts}
        {shown !== text && "\n…"}
      </pre>
      <span class="row">
        {shown !== text && (
          <button class="button small" type="button" onClick={() => download(`${name}.json`, text)}>
            Download all ({Math.round(text.length / 1000)} kB)
          </button>
        )}
        <CopyButton text={text} />
      </span>
    </div>
  );
}

function pieces(text: string) {
  const made = [];
  let at = 0;
  for (const found of text.matchAll(PIECES)) {
    made.push(text.slice(at, found.index));
    const [all, string, colon, word] = found;
    const look = string ? (colon ? "key" : "string") : word ? "word" : "number";
    made.push(<span class={`json-${look}`}>{string && colon ? string : all}</span>);
    if (colon) made.push(colon);
    at = found.index + all.length;
  }
  made.push(text.slice(at));
  return made;
}

export function download(name: string, text: string, type = "application/json"): void {
  saveAs(name, [text], type);
}

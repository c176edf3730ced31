/** Text that is there to be copied. */

import { Check, Copy as Icon } from "lucide-preact";
import { useState } from "preact/hooks";

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // pages that came over plain HTTP have no clipboard: the old way works there
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

export function CopyButton({ text, name = "Copy" }: { text: string; name?: string }) {
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <button class="button quiet icon small" type="button" aria-label={name} title={name} onClick={() => void copy()}>
      {isDone ? <Check size={14} aria-hidden /> : <Icon size={14} aria-hidden />}
    </button>
  );
}

/** A snippet of code with a button beside it. */
export function Snippet({ text }: { text: string }) {
  return (
    <div class="snippet-place">
      <pre class="snippet" tabIndex={0} aria-label="Snippet">
        {text}
      </pre>
      <CopyButton text={text} name="Copy the snippet" />
    </div>
  );
}

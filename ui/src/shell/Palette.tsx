/** Finds everything and goes there: Ctrl+K, Cmd+K or `/`. */

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";

import { useGet } from "../api/queries";
import { isTyping } from "../parts/shortcuts";

interface Found {
  kind: string;
  name: string;
  detail: string | null;
  path: string;
}

const isOpen = signal(false);

export function openPalette(): void {
  isOpen.value = true;
}

export function Palette() {
  useEffect(() => {
    const open = (event: KeyboardEvent): void => {
      const isWanted = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !isTyping(event));
      if (isWanted) {
        event.preventDefault();
        openPalette();
      }
    };
    addEventListener("keydown", open);
    return () => removeEventListener("keydown", open);
  }, []);
  return isOpen.value ? <Opened /> : null;
}

function Opened() {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [, go] = useLocation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const path = text.trim() ? `/ui/search?limit=20&q=${encodeURIComponent(text.trim())}` : null;
  const found = useGet<{ results: Found[] }>(path, { keep: true });
  const results = text.trim() ? (found.data?.results ?? []) : [];
  const close = (): void => {
    isOpen.value = false;
  };
  const take = (result: Found | undefined): void => {
    if (!result) return;
    close();
    go(result.path);
  };
  return (
    <dialog ref={dialog} aria-label="Search everything" onClose={close} onClick={(e) => e.target === dialog.current && close()}>
      <div class="dialog" style="gap: var(--gap-2); padding: var(--gap-3)">
        <input
          class="input"
          autoFocus
          role="combobox"
          aria-expanded={results.length > 0}
          aria-controls="found"
          aria-label="Search everything"
          placeholder="Name or id of a run, flow, deployment, pool, block …"
          value={text}
          onInput={(event) => (setText(event.currentTarget.value), setAt(0))}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") setAt(Math.min(at + 1, results.length - 1));
            else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
            else if (event.key === "Enter") take(results[at]);
            else return;
            event.preventDefault();
          }}
        />
        <div id="found" role="listbox" aria-label="Found" class="menu" style="position: static; border: 0; box-shadow: none">
          {results.map((result, index) => (
            <button
              key={result.path}
              type="button"
              role="option"
              aria-selected={index === at}
              onClick={() => take(result)}
              onMouseMove={() => setAt(index)}
            >
              <span class="tag">{result.kind}</span>
              <span class="cut">{result.name}</span>
              <span class="muted cut">{result.detail}</span>
            </button>
          ))}
          {text.trim() && found.data && results.length === 0 && <p class="empty">Nothing is called that.</p>}
        </div>
      </div>
    </dialog>
  );
}

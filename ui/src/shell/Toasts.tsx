/** Tells the result of what was just done, with a way back where there is one. */

import { signal } from "@preact/signals";
import { X } from "lucide-preact";

interface Toast {
  id: number;
  text: string;
  isBad: boolean;
  undo?: () => void;
}

const shown = signal<readonly Toast[]>([]);
const SHOWN_FOR = 6_000;
let count = 0;

export function say(text: string, more: { isBad?: boolean; undo?: () => void } = {}): void {
  const toast: Toast = { id: ++count, text, isBad: more.isBad ?? false, undo: more.undo };
  shown.value = [...shown.value.slice(-3), toast];
  if (!toast.isBad) setTimeout(() => drop(toast.id), SHOWN_FOR);
}

/** Do something and say that it was done, or why it was not; whether it was. */
export async function act(doing: () => Promise<unknown>, done: string, undo?: () => void): Promise<boolean> {
  try {
    await doing();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), { isBad: true });
    return false;
  }
  say(done, { undo });
  return true;
}

function drop(id: number): void {
  shown.value = shown.value.filter((each) => each.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map(({ id, text, isBad, undo }) => (
        <div key={id} class={`toast ${isBad ? "bad" : ""}`}>
          <span style="flex: 1; min-width: 0; overflow-wrap: anywhere">{text}</span>
          {undo && (
            <button class="button small" type="button" onClick={() => (drop(id), undo())}>
              Undo
            </button>
          )}
          <button class="button quiet icon small" type="button" aria-label="Dismiss" onClick={() => drop(id)}>
            <X size={14} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  );
}

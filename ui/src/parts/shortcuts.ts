/** Single keys that do something on the page that is shown; they rest while somebody types or a dialog is open. */

import { useEffect, useRef } from "preact/hooks";

export function isTyping(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement | null;
  return at !== null && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
}

/** Letters wait for what comes before them while `first` is false; other keys and `g` need nothing before them. */
export function useShortcuts(keys: Readonly<Record<string, () => unknown>>, first?: () => boolean): void {
  const current = useRef(keys);
  current.current = keys;
  const isReady = useRef(first);
  isReady.current = first;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event) || document.querySelector("dialog[open]")) return;
      const doing = current.current[event.key];
      if (!doing) return;
      if (isReady.current && /^[a-fh-z]$/.test(event.key) && !isReady.current()) return;
      event.preventDefault();
      doing();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

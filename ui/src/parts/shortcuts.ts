/** Single keys that do something on the page that is shown; they rest while somebody types or a dialog is open. */

import { useEffect, useRef } from "preact/hooks";

export function isTyping(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement | null;
  return at !== null && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
}

export function useShortcuts(keys: Readonly<Record<string, () => void>>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event) || document.querySelector("dialog[open]")) return;
      const doing = current.current[event.key];
      if (!doing) return;
      event.preventDefault();
      doing();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

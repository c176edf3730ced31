/** A button that opens a small panel with controls; Esc and a click beside it close it. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
  label: ComponentChildren;
  name: string;
  look?: string;
  children: (close: () => void) => ComponentChildren;
}

export function Popup({ label, name, look = "button", children }: Props) {
  const [isOpen, open] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen || !panel.current) return;
    const { left, right } = panel.current.getBoundingClientRect();
    // what would stand out of the page on the right moves to the left
    const over = Math.max(0, right - document.documentElement.clientWidth + 8);
    panel.current.style.marginLeft = `-${Math.min(over, left - 8)}px`;
    const away = (event: Event): void => {
      if (!place.current?.contains(event.target as Node)) open(false);
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [isOpen]);
  const close = (): void => {
    open(false);
    button.current?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    if (!isOpen || event.key !== "Escape") return;
    close();
    event.stopPropagation();
  };
  return (
    <span ref={place} class="popup" onKeyDown={keys}>
      <button
        ref={button}
        type="button"
        class={look}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={name}
        onClick={() => open(!isOpen)}
      >
        {label}
      </button>
      {isOpen && (
        <div ref={panel} class="menu" role="dialog" aria-label={name}>
          {children(close)}
        </div>
      )}
    </span>
  );
}

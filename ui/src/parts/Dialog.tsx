/** A dialog above the page: keeps the keyboard inside, closes with Esc. */

import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  close: () => void;
  children: ComponentChildren;
  isWide?: boolean;
}

export function Dialog({ title, close, children, isWide = false }: Props) {
  const place = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = place.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog
      ref={place}
      aria-label={title}
      style={isWide ? "width: min(56rem, calc(100vw - 2rem))" : ""}
      onClose={(event) => event.target === place.current && close()}
    >
      <div class="dialog">
        <div class="row apart">
          <h2>{title}</h2>
          <button class="button quiet icon small" type="button" aria-label="Close" onClick={close}>
            <X size={15} aria-hidden />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** A button that opens a list of things to do. */

import { EllipsisVertical } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";

export interface Item {
  name: string;
  /** What it does, or where it leads. */
  do?: () => void;
  href?: string;
  isDanger?: boolean;
}

interface Props {
  label: string;
  items: readonly (Item | false | null | undefined)[];
  /** What stands on the button: a text, or a picture that `label` names. */
  children?: ComponentChildren;
  icon?: ComponentChildren;
  look?: string;
}

const EDGE = 8;

export function Menu({ label, items, children, icon, look = "button quiet icon small" }: Props) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const shown = items.filter((item): item is Item => Boolean(item));

  const open = (event: MouseEvent): void => {
    const at = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const menu = list.current;
    if (!menu) return;
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    const isBelow = at.bottom + height + EDGE < innerHeight;
    menu.style.top = `${isBelow ? at.bottom + 2 : Math.max(EDGE, at.top - height - 2)}px`;
    menu.style.left = `${Math.max(EDGE, Math.min(at.right - width, innerWidth - width - EDGE))}px`;
    menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  };
  const close = (): void => list.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        class={look}
        aria-label={children === undefined ? label : undefined}
        title={icon === undefined ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={open}
      >
        {children ?? icon ?? <EllipsisVertical size={15} aria-hidden />}
      </button>
      <div
        ref={list}
        id={id}
        class="menu popover"
        role="menu"
        aria-label={label}
        popover="auto"
        onKeyDown={keys}
        onToggle={(event) => setOpen((event as unknown as { newState: string }).newState === "open")}
      >
        {shown.map(({ name, href, isDanger, ...item }) =>
          href === undefined ? (
            <button
              key={name}
              type="button"
              role="menuitem"
              style={isDanger ? "color: var(--danger)" : ""}
              onClick={() => (close(), item.do?.())}
            >
              {name}
            </button>
          ) : (
            <Link key={name} role="menuitem" href={href} onClick={close}>
              {name}
            </Link>
          ),
        )}
      </div>
    </>
  );
}

/** The parts of a page of which one is shown; which one stands in the address. */

import type { ComponentChildren } from "preact";
import { useSearchParams } from "wouter-preact";

export interface Tab {
  name: string;
  count?: number | string | null;
  body: () => ComponentChildren;
}

export function Tabs({ tabs, label, parameter = "tab" }: { tabs: readonly Tab[]; label: string; parameter?: string }) {
  const [parameters, set] = useSearchParams();
  const wanted = parameters.get(parameter);
  const shown = tabs.find(({ name }) => same(name, wanted)) ?? tabs[0];
  const open = (name: string): void =>
    set((before) => {
      const next = new URLSearchParams(before);
      next.set(parameter, name);
      return next;
    });
  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || !shown) return;
    const next = tabs[(tabs.indexOf(shown) + step + tabs.length) % tabs.length];
    if (!next) return;
    open(next.name);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=tab]")[tabs.indexOf(next)]?.focus();
  };
  return (
    <div class="stack" style="gap: var(--gap-3)">
      <div role="tablist" class="tabs" aria-label={label} onKeyDown={keys}>
        {tabs.map(({ name, count }) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={name === shown?.name}
            tabIndex={name === shown?.name ? 0 : -1}
            onClick={() => open(name)}
          >
            {name}
            {count != null && count !== "" && <span class="muted"> {count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={shown?.name} style="min-width: 0">
        {shown?.body()}
      </div>
    </div>
  );
}

function same(name: string, wanted: string | null): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, "");
  return wanted !== null && plain(name) === plain(wanted);
}

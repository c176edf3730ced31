/** The bar that comes up when rows of a list are selected: how many, what can be done, how far it has got. */

import type { ComponentChildren } from "preact";

import { number } from "./counted";

interface Props {
  label: string;
  count: number;
  /** How many are done already; null while nothing is going on. */
  done: number | null;
  /** Selects all that the list's filter finds. */
  all?: { text: string; take: () => void } | undefined;
  clear: () => void;
  children: ComponentChildren;
}

export function BulkBar({ label, count, done, all, clear, children }: Props) {
  return (
    <div class="bulk" role="region" aria-label={label}>
      <b role="status">{done === null ? `${number(count)} selected` : `${number(done)} of ${number(count)} done`}</b>
      {all && (
        <button class="button small" type="button" onClick={all.take}>
          {all.text}
        </button>
      )}
      <fieldset class="row wrap" disabled={done !== null} style="padding: 0; border: 0">
        {children}
      </fieldset>
      <button class="button quiet small" type="button" onClick={clear}>
        Clear
      </button>
    </div>
  );
}

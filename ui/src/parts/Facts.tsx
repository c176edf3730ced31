/** Names and values, one pair a line. */

import type { ComponentChildren } from "preact";

export type Fact = readonly [string, ComponentChildren];

interface Props {
  of: readonly (Fact | false | "" | null | undefined)[];
  /** Side by side rather than one below the other. */
  isRow?: boolean;
}

export function Facts({ of, isRow = false }: Props) {
  return (
    <dl class={`facts ${isRow ? "facts-row" : ""}`}>
      {of.map(
        (fact) =>
          fact && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1] === null || fact[1] === undefined || fact[1] === "" ? <span class="muted">–</span> : fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

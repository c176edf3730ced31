/** Names and values, one pair a line. */

import type { ComponentChildren } from "preact";

export type Fact = readonly [string, ComponentChildren];

export function Facts({ of }: { of: readonly (Fact | false | "" | null | undefined)[] }) {
  return (
    <dl class="facts">
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

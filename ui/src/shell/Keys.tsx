/** Single keys that work everywhere, and the list of all keys. */

import { useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";

import { Dialog } from "../parts/Dialog";
import { useShortcuts } from "../parts/shortcuts";

const PLACES: Readonly<Record<string, readonly [string, string]>> = {
  d: ["/dashboard", "Dashboard"],
  r: ["/runs", "Runs"],
  f: ["/flows", "Flows"],
  p: ["/deployments", "Deployments"],
  w: ["/work-pools", "Work pools"],
  b: ["/blocks", "Blocks"],
  v: ["/variables", "Variables"],
  a: ["/automations", "Automations"],
  e: ["/events", "Events"],
  c: ["/concurrency-limits", "Concurrency"],
};
const KEYS: readonly (readonly [string, string])[] = [
  ["Ctrl+K or /", "Find everything"],
  ["Ctrl+B", "Fold the navigation"],
  ["j, k", "Next and previous line of a list, or part of a timeline"],
  ["Enter", "Open it"],
  ["x", "Select it"],
  ["r", "Retry the run, or run the deployment that is shown"],
  ["e", "Edit what is shown"],
  [".", "What else can be done with it"],
  ["Arrows", "Move over a timeline"],
  ["+, -, 0", "Nearer, farther, all of a timeline"],
  ["c, f", "Centre the selected part, fill the screen"],
  ["Space", "Unfold the selected subflow of a timeline"],
  ["Esc", "Close, let go"],
  ["?", "This list"],
];
const SECOND_WITHIN = 1_200;

export function Keys() {
  const [isOpen, open] = useState(false);
  const [, go] = useLocation();
  const since = useRef(0);
  const second = (key: string): void => {
    const place = PLACES[key];
    if (place && Date.now() - since.current < SECOND_WITHIN) go(place[0]);
    since.current = 0;
  };
  const press = (what: string): void => document.querySelector<HTMLElement>(`main .page > header ${what}`)?.click();
  useShortcuts({ ".": () => press("[aria-haspopup=menu]") });
  useShortcuts({ e: () => Date.now() - since.current >= SECOND_WITHIN && press("a[href$='/edit']") });
  useShortcuts(
    {
      g: () => (since.current = Date.now()),
      "?": () => open(true),
      ...Object.fromEntries(Object.keys(PLACES).map((key) => [key, () => second(key)])),
    },
    () => Date.now() - since.current < SECOND_WITHIN,
  );
  if (!isOpen) return null;
  return (
    <Dialog title="Keys" close={() => open(false)}>
      <table class="table">
        <tbody>
          {[...KEYS, ...Object.entries(PLACES).map(([key, [, name]]) => [`g ${key}`, name] as const)].map(([key, text]) => (
            <tr key={key}>
              <td class="nowrap">
                <kbd>{key}</kbd>
              </td>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

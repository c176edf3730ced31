/** What the reader has chosen for this browser: kept locally, told to nobody. */

import { effect, signal } from "@preact/signals";

export interface Preferences {
  theme: "system" | "light" | "dark";
  /** IANA name, empty for the browser's own. */
  zone: string;
  clock: "system" | "12" | "24";
  navigation: "wide" | "narrow";
  /** Whether long lines of a log are broken. */
  wrap: boolean;
}

const KEY = "preferences";
const INITIAL: Preferences = { theme: "system", zone: "", clock: "system", navigation: "wide", wrap: true };

function kept(): Preferences {
  try {
    return { ...INITIAL, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return INITIAL; // storage is switched off, or holds something else
  }
}

export const preferences = signal<Preferences>(kept());

export function choose(change: Partial<Preferences>): void {
  preferences.value = { ...preferences.value, ...change };
}

effect(() => {
  const { theme } = preferences.value;
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.value));
    localStorage.setItem("theme", theme);
  } catch {
    // storage is switched off: the choice holds until the page is left
  }
});

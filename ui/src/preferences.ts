/** What the reader has chosen for this browser: kept locally, told to nobody. */

import { effect, signal } from "@preact/signals";

export interface Preferences {
  theme: "system" | "light" | "dark";
  /** Which colours states have; `distinct` ones differ for people who see few colours, too. */
  colours: "usual" | "distinct";
  density: "usual" | "compact";
  /** IANA name, empty for the browser's own. */
  zone: string;
  clock: "system" | "12" | "24";
  navigation: "wide" | "narrow";
  /** The filter that the list of runs begins with: its id, and what it says in the address. */
  filter: { id: string; values: Readonly<Record<string, string>> } | null;
  /** Whether long lines of a log are broken. */
  wrap: boolean;
  /** For each list the columns that were switched on or off. */
  columns: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
}

const KEY = "preferences";
const INITIAL: Preferences = {
  theme: "system",
  colours: "usual",
  density: "usual",
  zone: "",
  clock: "system",
  navigation: "wide",
  filter: null,
  wrap: true,
  columns: {},
};

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
  const { theme, colours, density } = preferences.value;
  const root = document.documentElement.dataset;
  if (theme === "system") delete root["theme"];
  else root["theme"] = theme;
  root["colours"] = colours;
  root["density"] = density;
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences.value));
    localStorage.setItem("theme", theme);
  } catch {
    // storage is switched off: the choice holds until the page is left
  }
});

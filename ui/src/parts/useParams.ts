/** Values in the address's query: read as text, changed one or some at a time, empty ones left out. */

import { useSearchParams } from "wouter-preact";

export type Change = Record<string, string | null | undefined>;

export interface Parameters {
  get: (name: string) => string;
  /** A list that is kept with commas between its values. */
  list: (name: string) => string[];
  set: (change: Change, isStep?: boolean) => void;
  text: string;
}

export function useParams(): Parameters {
  const [parameters, change] = useSearchParams();
  return {
    text: parameters.toString(),
    get: (name) => parameters.get(name) ?? "",
    list: (name) => (parameters.get(name) ?? "").split(",").filter(Boolean),
    set: (changes, isStep = false) =>
      change(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: !isStep },
      ),
  };
}

/** Searching a log: text or pattern, only hits or hits among all lines, and the way from hit to hit. */

import { ChevronDown, ChevronUp, Regex } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";

import { ApiError } from "../api/client";
import { counted } from "../parts/counted";
import { useParams } from "../parts/useParams";
import { CONTEXTS } from "./asked";
import type { Hits } from "./useHits";

interface Props {
  hits: Hits;
  /** Where all lines are shown: go to the next hit, or to the one before. */
  go: ((isForward: boolean) => void) | null;
  /** Why the lines could not be read. */
  error: Error | null;
}

const TYPED = 250;

export function SearchBar({ hits, go, error }: Props) {
  const parameters = useParams();
  const kept = parameters.get("log-search");
  const isPattern = parameters.get("log-regex") === "true";
  const [text, setText] = useState(kept);
  useEffect(() => {
    if (text === kept) return;
    const wait = setTimeout(() => parameters.set({ "log-search": text, line: null }), TYPED);
    return () => clearTimeout(wait);
  }, [text]);
  const refused = error ?? hits.error;
  const wrong = isPattern && refused instanceof ApiError && refused.status === 422 ? refused.message : null;
  return (
    <>
      <span class="log-search">
        <input
          class="input"
          type="search"
          aria-label="Search in the log"
          aria-invalid={wrong ? true : undefined}
          placeholder={isPattern ? "Pattern, as fail(ed|ure)" : "Search"}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !go) return;
            event.preventDefault();
            go(!event.shiftKey);
          }}
        />
        <button
          class={`button icon small ${isPattern ? "chip-on" : ""}`}
          type="button"
          aria-label="Search by regular expression"
          title="Search by regular expression"
          aria-pressed={isPattern}
          onClick={() => parameters.set({ "log-regex": isPattern ? null : "true" })}
        >
          <Regex size={14} aria-hidden />
        </button>
      </span>
      {kept && (
        <select
          class="input"
          style="width: auto"
          aria-label="Lines around hits"
          value={parameters.get("log-context")}
          onChange={(event) => parameters.set({ "log-context": event.currentTarget.value, line: null })}
        >
          {CONTEXTS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
      {kept && go && (
        <span class="row" style="gap: 2px">
          <button class="button icon small" type="button" aria-label="Hit before" title="Hit before (Shift+Enter)" onClick={() => go(false)}>
            <ChevronUp size={14} aria-hidden />
          </button>
          <button class="button icon small" type="button" aria-label="Next hit" title="Next hit (Enter)" onClick={() => go(true)}>
            <ChevronDown size={14} aria-hidden />
          </button>
          <span class="muted" role="status">
            {hits.isAtEnd ? "No more that way" : hits.count && `${counted(hits.count)} hits`}
          </span>
        </span>
      )}
      {wrong && (
        <span role="alert" style="flex-basis: 100%; order: 1; color: var(--danger)">
          {wrong}
        </span>
      )}
    </>
  );
}

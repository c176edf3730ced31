/** Of which time runs are shown: a range that ends now, or one between two moments. */

import { ChevronDown, ChevronLeft, ChevronRight } from "lucide-preact";

import { Popup } from "../../parts/Popup";
import { useParams } from "../../parts/useParams";
import { RANGES, spanOf, stepped } from "./filter";

/** A moment as an input of a browser has it: local time, to the minute. */
function local(text: string): string {
  if (!text) return "";
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(text: string): string | null {
  return text ? new Date(text).toISOString() : null;
}

export function Range() {
  const parameters = useParams();
  const [start, end, range] = [parameters.get("start"), parameters.get("end"), parameters.get("range")];
  const isOn = Boolean(start || end || RANGES[range]);
  const words = start || end ? "Chosen range" : (RANGES[range]?.[0] ?? "All time");
  const set = (name: "start" | "end") => (event: Event) =>
    parameters.set({ [name]: instantOf((event.currentTarget as HTMLInputElement).value), range: null });
  const label = (
    <>
      {words}
      <ChevronDown size={13} aria-hidden />
    </>
  );
  const step = (direction: -1 | 1): void => {
    const now = Date.now();
    const next = stepped(spanOf(parameters, now), direction, now);
    if (next) parameters.set({ ...next, range: null }, true);
  };
  return (
    <>
      {isOn && (
        <button type="button" class="button icon small" aria-label="The time before" onClick={() => step(-1)}>
          <ChevronLeft size={14} aria-hidden />
        </button>
      )}
      <Popup label={label} name={`Time: ${words}`} look={`button small ${isOn ? "chip-on" : ""}`}>
        {(close) => (
          <div class="inside">
            {[["", "All time"] as const, ...Object.entries(RANGES).map(([id, [name]]) => [id, name] as const)].map(
              ([id, name]) => (
                <button
                  key={id}
                  type="button"
                  aria-pressed={!start && !end && range === id}
                  onClick={() => (parameters.set({ range: id, start: null, end: null }, true), close())}
                >
                  {name}
                </button>
              ),
            )}
            <label class="field">
              <span class="label">From</span>
              <input class="input" type="datetime-local" value={local(start)} onChange={set("start")} />
            </label>
            <label class="field">
              <span class="label">To</span>
              <input class="input" type="datetime-local" value={local(end)} onChange={set("end")} />
            </label>
          </div>
        )}
      </Popup>
      {isOn && (
        <button type="button" class="button icon small" aria-label="The time after" onClick={() => step(1)}>
          <ChevronRight size={14} aria-hidden />
        </button>
      )}
    </>
  );
}

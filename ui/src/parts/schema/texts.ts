/** What inputs hold, and the values that it stands for. */

import type { Value } from "./model";

/** A number as soon as the text is one; the text until then, so that nothing that was typed is lost. */
export function asNumber(text: string): Value {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) && !/[.eE+-]$/.test(trimmed) ? number : trimmed;
}

/** An instant for an input of the browser's own time zone, and back. */
export function toLocal(value: Value): string {
  if (typeof value !== "string" || Number.isNaN(Date.parse(value))) return "";
  const at = new Date(value);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function fromLocal(text: string): Value {
  return text === "" ? undefined : new Date(text).toISOString();
}

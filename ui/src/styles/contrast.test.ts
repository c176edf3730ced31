/** The colours of both themes can be read: figures of the contrast of text with what is behind it. */

import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

const CSS = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const DISTINCT = readFileSync(new URL("./distinct.css", import.meta.url), "utf8");
const STATES = ["completed", "failed", "crashed", "running", "pending", "scheduled", "cancelled", "paused"];

function tokens(selector: string, css = CSS): Map<string, string> {
  const from = css.indexOf(selector);
  const body = css.slice(from, css.indexOf("}", from));
  return new Map([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (parts[0] ?? 0) + 0.7152 * (parts[1] ?? 0) + 0.0722 * (parts[2] ?? 0);
}

export function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const LIGHT = tokens(":root {");
const DARK = tokens(':root[data-theme="dark"] {');

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
  ["light distinct", new Map([...LIGHT, ...tokens(':root[data-colours="distinct"] {', DISTINCT)])],
  ["dark distinct", new Map([...DARK, ...tokens(':root[data-theme="dark"][data-colours="distinct"] {', DISTINCT)])],
])("the %s theme", (_, found) => {
  const between = (text: string, behind: string): number => contrast(found.get(text) ?? "", found.get(behind) ?? "");

  it.each(STATES)("%s can be read on a panel and on its badge, and its bar be seen", (state) => {
    expect(between(state, "panel")).toBeGreaterThanOrEqual(4.5);
    expect(between(state, `${state}-soft`)).toBeGreaterThanOrEqual(4.5);
    expect(between(`${state}-fill`, "panel")).toBeGreaterThanOrEqual(3);
  });

  it.each(["text", "text-2", "text-3", "accent", "danger"])("%s can be read wherever it stands", (text) => {
    for (const behind of ["page", "panel", "sunken"]) expect(between(text, behind)).toBeGreaterThanOrEqual(4.5);
  });

  it("buttons and marks of focus can be seen", () => {
    expect(between("on-accent", "accent")).toBeGreaterThanOrEqual(4.5);
    expect(between("focus", "page")).toBeGreaterThanOrEqual(3);
  });
});

it("both ways to the dark theme have the same colours", () => {
  expect(tokens(':root:not([data-theme="light"]) {')).toEqual(DARK);
  const both = [':root:not([data-theme="light"])[data-colours="distinct"] {', ':root[data-theme="dark"][data-colours="distinct"] {'];
  const [one, other] = both.map((selector) => tokens(selector, DISTINCT));
  expect(one?.size).toBe(12);
  expect(one).toEqual(other);
});

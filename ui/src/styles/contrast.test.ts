/** The colours of both themes can be read: figures of the contrast of text with what is behind it. */

import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

const CSS = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const STATES = ["completed", "failed", "crashed", "running", "pending", "scheduled", "cancelled", "paused"];

function tokens(selector: string): Map<string, string> {
  const from = CSS.indexOf(selector);
  const body = CSS.slice(from, CSS.indexOf("}", from));
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

describe.each([
  ["light", ":root {"],
  ["dark", ':root[data-theme="dark"] {'],
])("the %s theme", (_, selector) => {
  const found = tokens(selector);
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
  expect(tokens(':root:not([data-theme="light"]) {')).toEqual(tokens(':root[data-theme="dark"] {'));
});

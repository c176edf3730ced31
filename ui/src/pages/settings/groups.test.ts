import { expect, it } from "vitest";

import { groups, shown, type Setting } from "./groups";

function setting(name: string, value: unknown, is_changed = false): Setting {
  const env = `PREFECT_${name.toUpperCase().replaceAll(".", "_")}`;
  return { name, env, value, default: null, source: is_changed ? "environment" : "default", file: null, is_changed, is_secret: false };
}

const ALL = [setting("home", "/h"), setting("api.url", null), setting("server.api.port", 4200, true), setting("server.api.host", "x")];

it("puts settings into groups, found by name, variable or value", () => {
  expect(groups(ALL, "", false).map(([group, each]) => [group, each.length])).toEqual([["", 1], ["api", 1], ["server.api", 2]]);
  expect(groups(ALL, "PREFECT_SERVER_API_PORT", false).map(([group]) => group)).toEqual(["server.api"]);
  expect(groups(ALL, "4200", false)[0]?.[1][0]?.name).toBe("server.api.port");
  expect(groups(ALL, "", true).flatMap(([, each]) => each.map(({ name }) => name))).toEqual(["server.api.port"]);
});

it("shows values as text", () => {
  expect([shown(null), shown(""), shown(false), shown([1])]).toEqual([null, null, "false", "[1]"]);
});

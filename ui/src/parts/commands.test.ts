import { describe, expect, it } from "vitest";

import { fitting, spoken } from "./commands";

const ALL = [{ name: "Go to Runs" }, { name: "Retry this run" }, { name: "Switch to the dark theme", words: "colour night" }];

describe("commands of the palette", () => {
  it("finds them by all of the words, the beginning of the name first", () => {
    expect(fitting(ALL, "run").map(({ name }) => name)).toEqual(["Go to Runs", "Retry this run"]);
    expect(fitting(ALL, "re")[0]?.name).toBe("Retry this run");
    expect(fitting(ALL, "night dark").map(({ name }) => name)).toEqual(["Switch to the dark theme"]);
    expect(fitting(ALL, "dark runs")).toEqual([]);
    expect(fitting(ALL, "")).toHaveLength(3);
  });

  it("knows a verb only with something behind it", () => {
    const verbs = ["run", "cancel"] as const;
    expect(spoken("Run  etl nightly ", verbs)).toEqual({ verb: "run", rest: "etl nightly" });
    expect(spoken("run", verbs)).toBeNull();
    expect(spoken("run ", verbs)).toBeNull();
    expect(spoken("runs of etl", verbs)).toBeNull();
  });
});

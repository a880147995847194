import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { ask as askIn, temporaryDirectory } from "./cli.test.fixture.ts";

const EXAMPLES = fileURLToPath(new URL("../../../examples", import.meta.url));
const names = readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, "simulation.yaml")));
const directory = temporaryDirectory();

const ask = (...args: string[]) => askIn(directory, args);

it("there are examples", () => {
  expect(names).toContain("market");
});

describe.each(names)("verify accepts the log of examples/%s", (name) => {
  it.each(VERBOSITY_LEVELS)("at %s", { timeout: 120_000 }, async (level) => {
    const id = `${name}-${level}`;
    const config = join(EXAMPLES, name, "simulation.yaml");
    expect(await ask("run", config, "--id", id, "--verbosity", level, "--quiet")).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect(await ask("verify", id, "--complete")).toEqual({
      code: 0,
      stdout: expect.stringMatching(/: ok /),
      stderr: "",
    });
  });
});

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

/** `examples/every-example.test.ts` plays the others at every level: here each comes at one, so that all levels come. */
const UNREPEATABLE = "unrepeatable";
const LEVELS = names.flatMap((name, at) =>
  VERBOSITY_LEVELS.filter((_, index) => name === UNREPEATABLE || index === at % VERBOSITY_LEVELS.length).map(
    (level) => [name, level] as const,
  ),
);

describe("verify accepts the log", () => {
  it.each(LEVELS)("of examples/%s at %s", { timeout: 120_000 }, async (name, level) => {
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

describe("an example that plays from a tape", () => {
  const config = join(EXAMPLES, "negotiation", "simulation.yaml");

  it("says so", async () => {
    const { stdout } = await ask("run", config, "--id", "taped");
    expect(stdout).toContain("\n  7 model calls, answered from a tape: no model was asked\n");
  });

  it("fails where it would have to ask, and says what differs and how a model is asked", async () => {
    const needs = "agents.2.initial_state.needs=30";
    const { code, stderr } = await ask("run", config, "--id", "missed", "--set", needs, "--quiet");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: negotiation failed in turn 3: the tape has another agent ruth\/3\/decide\/0#1: /,
    );
    expect(stderr).toContain("You need at least 30.");
    expect(stderr).toContain("; take llm.play out of the config to ask a model (");
    expect(stderr.trimEnd()).not.toContain("\n");
  });
});

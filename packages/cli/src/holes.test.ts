import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ask as askIn, temporaryDirectory } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
const ask = (...args: string[]) => askIn(directory, args);
const runOf = (id: string) => join(directory, "output", id);

const CONFIG = `simulation: { name: market, turns: 12, seed: 1 }
events: { verbosity: STATE, max_file_size: 20KB }
engine: { type: market }
agents:
  - { name: alice, type: trader, initial_state: { wealth: 100, goods: 5 } }
  - { name: bob, type: trader, initial_state: { wealth: 100, goods: 5 } }
`;

const READING: readonly (readonly [string, ...string[]])[] = [
  ["events", "--limit", "1"],
  ["tail"],
  ["show"],
  ["state"],
  ["why", "alice.wealth"],
  ["history", "price"],
  ["find", "price > 0"],
  ["widest"],
  ["export", "--format", "csv"],
  ["export", "--format", "csv", "--table", "state"],
];

beforeAll(async () => {
  writeFileSync(join(directory, "market.yaml"), CONFIG);
  for (const id of ["whole", "gone", "cut"])
    expect((await ask("run", "market.yaml", "--id", id, "--quiet")).code).toBe(0);
  const [first = "", second = ""] = readdirSync(runOf("gone")).filter((file) => file.startsWith("events_"));
  expect(first).not.toBe("");
  rmSync(join(runOf("gone"), second));
  const active = join(runOf("cut"), "events.jsonl");
  writeFileSync(active, `${readFileSync(active, "utf8").split("\n").slice(0, 3).join("\n")}\n`);
});

describe("a run that is whole", () => {
  it.each(READING)("is asked without a word of what is missing: %s", async (command, ...rest) => {
    const { code, stderr } = await ask(command, "whole", ...rest, "--strict");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("a run with a segment that is missing", () => {
  it.each(READING.filter(([command]) => command !== "state"))(
    "is answered, with one line of what is missing, and exit code 3 where that is asked for: %s",
    async (command, ...rest) => {
      const { code, stderr } = await ask(command, "gone", ...rest);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^! The segment events_.* is missing, with .* of .* events\..*\n$/);
      expect(await ask(command, "gone", ...rest, "--strict")).toMatchObject({ code: 3, stderr });
    },
  );

  it("has the state of a turn whose hash agrees, exactly", async () => {
    expect(await ask("state", "gone", "--strict")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a run whose last segment was cut off", () => {
  it.each(READING)("says so, by events that are missing: %s", async (command, ...rest) => {
    const { code, stderr } = await ask(command, "cut", ...rest, "--strict");
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/^! .* of the .* events that run\.json counts/),
    ]);
  });
});

describe("a log with lines that are no events", () => {
  const line = (number: number, turn: number, fields: object) =>
    JSON.stringify({
      event_id: `01M892BP8A00000000000000${String(number).padStart(2, "0")}`,
      timestamp: `2026-11-25T10:00:00.0${String(number).padStart(2, "0")}000Z`,
      turn_number: turn,
      simulation_id: "nan",
      ...fields,
    });
  const wealth = (number: number, turn: number, old_value: number | null, new_value: number) =>
    line(number, turn, {
      event_type: "STATE",
      agent_id: "alice",
      scope: "agent",
      variable_name: "wealth",
      old_value,
      new_value,
      ...(old_value === null && { change: "added" }),
    });

  it("is exact for nothing across them, and says what follows from nothing that was recorded", async () => {
    const lines = [
      line(1, 0, { event_type: "MILESTONE", milestone_type: "simulation_start" }),
      wealth(2, 0, null, 5),
      wealth(3, 1, 5, 7).replace('"new_value":7', '"new_value":NaN'),
      line(4, 2, { event_type: "MILESTONE", milestone_type: "turn_start" }),
      wealth(5, 3, 7, 9).replace('"old_value":7', '"old_value":NaN'),
      wealth(6, 4, 9, 10),
    ];
    mkdirSync(runOf("nan"));
    writeFileSync(join(runOf("nan"), "events.jsonl"), `${lines.join("\n")}\n`);
    const state = JSON.parse((await ask("state", "nan", "--turn", "2", "--json")).stdout);
    expect(state.exact).toBe(false);
    const { stdout, stderr, code } = await ask("why", "nan", "alice.wealth");
    expect(code).toBe(0);
    expect(stdout).not.toContain("Complete");
    expect(stdout).toContain("! 2 lines of turns 0 to 4 cannot be read");
    expect(stdout).toContain("! alice.wealth was 9 before it was written in turn 4, and it was 5 in turn 0");
    expect(stdout).toContain("As recorded: Run nan has no run.json");
    expect(stderr).toMatch(/^! 2 lines .*2 more reasons.*\n$/);
  });

  it("has a state table that says which changes the log does not have, and which values are not known", async () => {
    const lines = [
      line(1, 0, { event_type: "MILESTONE", milestone_type: "simulation_start" }),
      wealth(2, 0, null, 5),
      wealth(3, 1, 6, 7),
      wealth(4, 2, 7, 9).replace('"new_value":9', '"new_value":null,"lossy":["/new_value"]'),
      wealth(5, 3, 9, 10),
    ];
    mkdirSync(runOf("table"));
    writeFileSync(join(runOf("table"), "events.jsonl"), `${lines.join("\n")}\n`);
    const told =
      /^! alice\.wealth was 6 before it was written in turn 1, and it was 5 in turn 0: .*more reason.*\n$/;
    for (const format of ["csv", "jsonl"]) {
      const table = ["export", "table", "--format", format, "--table", "state"] as const;
      const { code, stderr } = await ask(...table);
      expect([code, stderr]).toEqual([0, expect.stringMatching(told)]);
      expect(await ask(...table, "--strict")).toMatchObject({ code: 3, stderr });
    }
    const file = ["--out", "table.parquet"] as const;
    const { code, stderr } = await ask(
      "export",
      "table",
      "--format",
      "parquet",
      "--table",
      "state",
      ...file,
      "--strict",
    );
    expect([code, stderr.replace("Wrote table.parquet.\n", "")]).toEqual([3, expect.stringMatching(told)]);
    // The events are all there.
    expect((await ask("export", "table", "--format", "csv")).stderr).toBe("");
  });
});

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { ask as askIn, jsonLines, temporaryDirectory } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
const ask = (...args: string[]) => askIn(directory, args);

/** An action so many milliseconds into the run; `number` tells it from others. */
function action(simulationId: string, number: number, milliseconds: number): string {
  return JSON.stringify({
    event_id: `01M8AD132000000000000000${String(number).padStart(2, "0")}`,
    timestamp: `2026-11-25T10:00:00.${String(milliseconds).padStart(3, "0")}000Z`,
    turn_number: 1,
    event_type: "ACTION",
    simulation_id: simulationId,
    agent_id: "alice",
    action_type: "wait",
    action_payload: {},
  });
}

function write(id: string, lines: readonly string[]): void {
  mkdirSync(join(directory, "output", id), { recursive: true });
  writeFileSync(join(directory, "output", id, "events.jsonl"), lines.map((line) => `${line}\n`).join(""));
}

describe("a log whose lines are not in the order of their times", () => {
  it("is followed by their place in the log, without an event twice", async () => {
    write(
      "disorder",
      [30, 10, 20].map((milliseconds, number) => action("disorder", number, milliseconds)),
    );
    const { stdout } = await ask("tail", "disorder", "--follow", "--json");
    expect(jsonLines<Event>(stdout).map(({ event_id }) => event_id.at(-1))).toEqual(["0", "1", "2"]);
  });
});

describe("a log whose turns are numbers of a clock", () => {
  it("has a state table of the turns that have events, and ends", async () => {
    const price = (number: number, turn: number, old_value: number | null, new_value: number): string =>
      JSON.stringify({
        event_id: `01M8AD132000000000000000${String(number).padStart(2, "0")}`,
        timestamp: `2026-11-25T10:00:00.00${number}000Z`,
        turn_number: turn,
        event_type: "STATE",
        simulation_id: "clock",
        scope: "global",
        variable_name: "price",
        old_value,
        new_value,
      });
    write("clock", [price(1, 1, null, 1), price(2, 3, 1, 2), price(3, 4_294_967_299, 2, 3)]);
    const { stdout } = await ask("export", "clock", "--table", "state", "--format", "csv");
    expect(stdout.trim().split("\n").slice(1)).toEqual([
      "clock,1,,price,1",
      "clock,2,,price,1",
      "clock,3,,price,2",
      "clock,4294967299,,price,3",
    ]);
  });
});

describe("a log with lines that are no events", () => {
  it("is listed without them, and they are mentioned", async () => {
    write("damaged", [action("damaged", 1, 1), "{", action("damaged", 2, 2), "null"]);
    const { code, stdout, stderr } = await ask("events", "damaged", "--json");
    expect(jsonLines(stdout)).toHaveLength(2);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "Left out 2 lines that are no events: llm-sim verify lists them.\n",
    });
  });

  it("does not pass for an empty one", async () => {
    write("ruined", ["{"]);
    expect((await ask("events", "ruined")).stderr).toBe(
      "No event matches.\nLeft out 1 line that is no event: llm-sim verify lists it.\n",
    );
  });
});

describe("a log in UTF-16", () => {
  it("is named as such, by what reads it, verifies it and would repair it", async () => {
    const log = join(directory, "output", "wide", "events.jsonl");
    mkdirSync(join(log, ".."), { recursive: true });
    writeFileSync(log, `\ufeff${action("wide", 1, 1)}\n`, "utf16le");
    const why = "the file is UTF-16; save it as UTF-8";
    expect((await ask("events", "wide")).stderr).toContain(`${log}: ${why}.\n`);
    expect((await ask("export", "wide", "--format", "jsonl")).stderr).toContain(why);
    expect(await ask("verify", "wide")).toMatchObject({ code: 1, stdout: expect.stringContaining(why) });
    expect(await ask("repair", "wide")).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
  });

  const QUESTIONS: readonly (readonly [string, ...string[]])[] = [
    ["state"],
    ["why", "x"],
    ["history", "x"],
    ["find", "x > 0"],
  ];

  it.each(QUESTIONS)("is named by what asks for its state: %s", async (command, ...rest) => {
    expect(await ask(command, "wide", ...rest)).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "error: Run wide has no event that can be read: events.jsonl: the file is UTF-16; save it as UTF-8.\n",
    });
  });

  it.each(QUESTIONS)("as is any other of which nothing is an event: %s", async (command, ...rest) => {
    write("wrecked", ["{", "[]"]);
    expect((await ask(command, "wrecked", ...rest)).stderr).toMatch(
      /^error: Run wrecked has no event that can be read: line 1 of events\.jsonl: [^\n]*JSON[^\n]* \(and 1 more line of the log\)\.\n$/,
    );
  });
});

describe("a run of a later version", () => {
  it("is refused in one line of words by every command that reads or repairs it, and listed with them", async () => {
    write("later", [action("later", 1, 1)]);
    writeFileSync(join(directory, "output", "later", "run.json"), '{"format_version":3}');
    const words =
      /^[^\n]*run\.json is of format version 3, and this llm-sim knows versions up to 2: update llm-sim\.?\n$/;
    for (const command of ["events", "state", "verify", "repair", "export", "tail"]) {
      const more = command === "export" ? ["--format", "jsonl"] : [];
      const { code, stderr } = await ask(command, "later", ...more);
      // There is no run that can be asked; verify and repair have looked at it.
      expect([command, code]).toEqual([command, ["verify", "repair"].includes(command) ? 1 : 2]);
      expect(stderr).toMatch(words);
    }
    expect((await ask("ls")).stderr).toMatch(/later: .+ format version 3/);
  });
});

describe("a log whose turns are numbered far from each other", () => {
  it("is exported at once, where there is nothing to say of the turns between", async () => {
    const change = (turn_number: number, number: number) =>
      JSON.stringify({
        ...JSON.parse(action("epoch", number, number)),
        turn_number,
        event_type: "STATE",
        variable_name: "wealth",
        old_value: null,
        new_value: number,
        scope: "agent",
      });
    write("epoch", [action("epoch", 1, 1), change(1_763_882_100, 2), change(1_763_882_101, 3)]);
    expect((await ask("export", "epoch", "--format", "csv", "--table", "state")).stdout).toBe(
      "run,turn,agent,variable,value\nepoch,1763882100,alice,wealth,2\nepoch,1763882101,alice,wealth,3\n",
    );
  });
});

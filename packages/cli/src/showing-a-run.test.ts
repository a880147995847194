import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildServer } from "@llm-sim/server";
import { openStore } from "@llm-sim/store";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ask as askIn, temporaryDirectory } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
const ask = (args: readonly string[], columns?: number) => askIn(directory, args, columns);
const runOf = (id: string) => join(directory, "output", id);

/** Traders who bid against each other: some are refused. */
const MARKET = `simulation: { name: bazaar, turns: 30, seed: 7 }
events: { verbosity: STATE }
engine: { type: market, params: { price: 10 } }
agents:
  - { name: trader, count: 12, type: trader, initial_state: { wealth: 100, goods: 5 } }
`;

beforeAll(async () => {
  writeFileSync(join(directory, "bazaar.yaml"), MARKET);
  expect((await ask(["run", "bazaar.yaml", "--id", "bazaar", "--quiet"])).code).toBe(0);
  for (const id of ["unsummarised", "cut", "spoilt"]) cpSync(runOf("bazaar"), runOf(id), { recursive: true });
  rmSync(join(runOf("unsummarised"), "summary.json"));
  writeFileSync(join(runOf("spoilt"), "summary.json"), "{");
  const log = join(runOf("cut"), "events.jsonl");
  writeFileSync(log, `${readFileSync(log, "utf8").split("\n").slice(0, 50).join("\n")}\n`);
});

describe("show RUN", () => {
  it("prints with --json what the API answers of the run", async () => {
    const store = openStore(join(directory, "output"));
    const server = await buildServer({ store });
    onTestFinished(async () => {
      await server.close();
      await store.close();
    });
    const { body } = await server.inject("/simulations/bazaar");
    const { code, stdout, stderr } = await ask(["show", "bazaar", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(body));
  });

  it("tells what the run is, what it was made from and why it ended", async () => {
    const { stdout, stderr } = await ask(["show", "bazaar"], 80);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^completed {2}bazaar\n/);
    for (const [name, text] of [
      ["name", "bazaar"],
      ["ended_by", "turns"],
      ["seed", "7"],
      ["verbosity", "STATE"],
      ["turns", "30"],
      ["by_type", "\\s*62 {2}MILESTONE"],
      ["engine", 'market {2}\\{"price":10\\}'],
      ["agents", "trader × 12 {2}trader"],
    ])
      expect(stdout).toMatch(new RegExp(`^${name} +${text}$`, "m"));
  });

  it("shows the commonest refusals and the first variables, and how many more there are", async () => {
    const { stdout } = await ask(["show", "bazaar"], 80);
    const { refusals, variables_total: total } = JSON.parse((await ask(["show", "bazaar", "--json"])).stdout);
    expect(stdout).toMatch(/\nRefused\n {2}TIMES {2}AGENT .*REASON\n/);
    expect(stdout).toContain(`\n  and ${refusals.length - 5} more: --json lists them\n\nVariables\n`);
    expect(stdout).toMatch(/\n {2}price +10 /);
    expect(stdout).toContain(`\n  and ${total - 10} more: --json lists them\n`);
  });

  it.each([80, 120])("fits a terminal of %i columns", async (columns) => {
    for (const line of (await ask(["show", "bazaar"], columns)).stdout.split("\n"))
      expect(line.length).toBeLessThanOrEqual(columns);
  });

  it("prints all of it in a pipe, a fact a line, its fields between tabs", async () => {
    const rows = (await ask(["show", "bazaar"])).stdout.trimEnd().split("\n");
    const { refusals, variables } = JSON.parse((await ask(["show", "bazaar", "--json"])).stdout);
    expect(rows).toEqual(
      expect.arrayContaining([
        "id\tbazaar",
        "by_type\tMILESTONE\t62",
        'engine\tmarket\t{"price":10}',
        "agent\ttrader × 12\ttrader\t-",
      ]),
    );
    expect(rows.filter((row) => row.startsWith("refusal\t"))).toHaveLength(refusals.length);
    expect(rows.filter((row) => row.startsWith("variable\t"))).toHaveLength(variables.length);
    const [{ first, last, least, greatest }] = variables;
    expect(
      rows
        .find((row) => row.startsWith("variable\t"))
        ?.split("\t")
        .slice(2),
    ).toEqual(
      [first, last, least, greatest].map((value) => (value === undefined ? "-" : JSON.stringify(value))),
    );
  });

  it("says what is missing, and ends with 3 where that is asked for", async () => {
    const missing = expect.stringMatching(/^! 50 of the .* events that run\.json counts are in the log/);
    expect(await ask(["show", "cut"])).toMatchObject({ code: 0, stderr: missing });
    expect(await ask(["show", "cut", "--strict", "--json"])).toMatchObject({ code: 3, stderr: missing });
    expect(await ask(["show", "bazaar", "--strict"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("says why there are no variables", async () => {
    expect((await ask(["show", "unsummarised"], 80)).stdout).toMatch(
      /\nVariables: there is no summary\.json/,
    );
    expect((await ask(["show", "spoilt"], 80)).stdout).toMatch(/\nVariables: summary\.json cannot be used/);
    expect((await ask(["show", "spoilt"])).stderr).toMatch(/^summary\.json cannot be used/);
  });

  it("tells of a run without run.json what its log holds", async () => {
    cpSync(join(runOf("bazaar"), "events.jsonl"), join(runOf("bare"), "events.jsonl"));
    const { code, stdout } = await ask(["show", "bare"], 80);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^completed {2}bare\n/);
    expect(stdout).toMatch(/\nagents +12 agents\n/);
    expect(stdout).not.toMatch(/undefined|\nseed/);
  });
});

describe("show RUN EVENT", () => {
  it("ends with 3 under --strict where a cause is not in the log", async () => {
    const lines = readFileSync(join(runOf("bazaar"), "events.jsonl"), "utf8").split("\n");
    const [start = "", turn = ""] = lines;
    cpSync(join(runOf("bazaar"), "run.json"), join(runOf("torn"), "run.json"));
    writeFileSync(join(runOf("torn"), "events.jsonl"), `${turn}\n`);
    const id = (line: string): string => JSON.parse(line).event_id;
    expect(await ask(["show", "torn", id(turn)])).toMatchObject({ code: 0 });
    expect(await ask(["show", "torn", id(turn), "--strict"])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining(`${id(start)}  (not in the log)`),
    });
    expect(await ask(["show", "bazaar", id(turn), "--strict"])).toMatchObject({ code: 0 });
  });
});

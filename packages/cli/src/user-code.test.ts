import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, jsonLines, temporaryDirectory } from "./cli.test.fixture.ts";

const WAITS = `
import { BaseEngine } from "@llm-sim/simulation";
export class Idle extends BaseEngine { actions = {}; }
export const quick = async () => ({ decision_type: "wait" });
export const slow = (_, { turn }) =>
  turn === 2 ? new Promise(() => {}) : { decision_type: "wait" };
`;

function project(module: string, agent = "slow"): string {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "code.mjs"), module);
  writeFileSync(
    join(cwd, "sim.yaml"),
    `simulation: { name: stuck, turns: 4, seed: 1 }
engine: { type: ./code.mjs#Idle }
agents:
  - { name: ann, type: ./code.mjs#quick }
  - { name: bob, type: ./code.mjs#${agent} }
`,
  );
  return cwd;
}

const runJson = (cwd: string, id: string): unknown =>
  JSON.parse(readFileSync(join(cwd, "output", id, "run.json"), "utf8"));
const TOLD =
  /Interrupted in turn 2: bob \(\.\/code\.mjs#slow\) never decided, .*; let decide return or throw/;

describe("a decide whose promise never settles", () => {
  it("ends the run as interrupted: told on standard error, in the log and in run.json, with exit code 1", async () => {
    const cwd = project(WAITS);
    const { code, stderr, stdout } = await cli(cwd, "run", "sim.yaml", "--id", "one", "--json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(TOLD) });
    expect(JSON.parse(stdout)).toMatchObject({ status: "interrupted", ended_by: "error", turns: 1 });
    expect(runJson(cwd, "one")).toMatchObject({ status: "interrupted", ended_by: "error" });
    const events = jsonLines<Record<string, unknown>>(
      readFileSync(join(cwd, "output", "one", "events.jsonl"), "utf8"),
    );
    expect(events.at(-1)).toMatchObject({
      milestone_type: "simulation_end",
      description: expect.stringMatching(TOLD),
      details: { status: "interrupted" },
    });
    expect(events.filter(({ event_type }) => event_type === "SYSTEM")).toMatchObject([
      { status: "failure", error_type: "never_decided", subject_agent_id: "bob", turn_number: 2 },
    ]);
    expect((await cli(cwd, "verify", "one", "--complete")).code).toBe(0);
  });

  it("may be an async hook's as well, which is named", async () => {
    const cwd = project(
      WAITS.replace("actions = {};", "actions = {}; async afterActions() { await new Promise(() => {}); }"),
      "quick",
    );
    const { code, stderr } = await cli(cwd, "run", "sim.yaml", "--id", "one");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /Interrupted in turn 1: afterActions is never over, and nothing is left in the process/,
      ),
    });
    expect(runJson(cwd, "one")).toMatchObject({ status: "interrupted", ended_by: "error" });
    expect((await cli(cwd, "verify", "one", "--complete")).code).toBe(0);
  });

  it("is cut short by decide_timeout, and the run goes on, whatever else the process would wait for", async () => {
    const cwd = project(WAITS);
    const limit = ["--set", "simulation.decide_timeout=200ms"];
    const { code, stdout } = await cli(cwd, "run", "sim.yaml", "--id", "one", ...limit);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^one completed /) });
    const failures = jsonLines<object>(
      (await cli(cwd, "events", "one", "--type", "SYSTEM", "--json")).stdout,
    );
    expect(failures).toMatchObject([
      { error_type: "decide_timeout", subject_agent_id: "bob", turn_number: 2 },
    ]);
  });

  it("in a batch is told of its run, while the others go on", async () => {
    const cwd = project(WAITS.replace("turn === 2", "turn === 3"));
    const told = new RegExp(TOLD.source.replace("turn 2", "turn 3"));
    const settings = ["--set", "simulation.turns=1,4,2", "--jobs", "1"];
    const { code, stderr, stdout } = await cli(cwd, "run", "sim.yaml", ...settings, "--json");
    const [batch] = jsonLines<{ status: string; runs: { status: string }[] }>(stdout);
    expect(batch?.runs.map(({ status }) => status)).toEqual(["completed", "interrupted", "completed"]);
    expect({ code, status: batch?.status }).toEqual({ code: 1, status: "failed" });
    expect(stderr.split("\n").filter((line) => told.test(line))).toHaveLength(1);
  });
});

it("where nothing works that agents try, the end of a run and of a batch say so, with the reason and its place", async () => {
  const cwd = project(`${WAITS}\nexport const broken = () => { throw new Error("no key"); };\n`, "broken");
  const told =
    /bob decided nothing, 4 of 4 tries failed, .* because: no key \(code\.mjs:\d+\)\. Mend what decide throws or returns\./;
  const single = await cli(cwd, "run", "sim.yaml", "--id", "one");
  expect({ code: single.code, stdout: single.stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(told),
  });
  expect(single.stdout).toContain("4 of 8 decisions failed");
  const batch = await cli(cwd, "run", "sim.yaml", "--seeds", "1..2", "--id", "b");
  expect(batch.stderr).toMatch(told);
  expect(batch.stdout).toContain("8 of 16 decisions failed");
  writeFileSync(join(cwd, "output", "one", "summary.json"), "{");
  const listed = await cli(cwd, "ls", "--json");
  const runs = jsonLines<{ id: string; tried?: object }>(listed.stdout);
  expect(runs.find(({ id }) => id === "b-s1")?.tried).toMatchObject({ decisions: 4, failures: 4 });
  expect(runs.find(({ id }) => id === "one")?.tried).toBeUndefined();
  expect(listed.stderr).toMatch(/^one: summary\.json cannot be used: /);
});

it("a module that never finishes loading is refused with its place", async () => {
  const cwd = project(`await new Promise(() => {});\n${WAITS}`);
  const { code, stderr } = await cli(cwd, "run", "sim.yaml");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: sim\.yaml:2:17: \.\/code\.mjs cannot be loaded: .* never settles/),
  });
});

describe("a module that keeps a handle open", () => {
  const OPEN = `import { createServer } from "node:net";
setInterval(() => {}, 1000);
createServer().listen(0);
${WAITS}`;

  it("keeps the run from ending no longer than its turns", async () => {
    const cwd = project(OPEN, "quick");
    const { code, stdout } = await cli(cwd, "run", "sim.yaml", "--id", "one");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^one completed .*in a browser\n$/s),
    });
  });

  it("keeps a batch from its next run no longer", async () => {
    const cwd = project(OPEN, "quick");
    const { code, stdout } = await cli(cwd, "run", "sim.yaml", "--seeds", "1..2", "--jobs", "1", "--json");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, status: "completed", planned: 2 });
  });
});

it("a process that user code ends leaves a summary all the same", async () => {
  const cwd = project(WAITS.replace("new Promise(() => {})", "process.exit(3)"));
  expect((await cli(cwd, "run", "sim.yaml", "--id", "one")).code).toBe(3);
  const summary: unknown = JSON.parse(readFileSync(join(cwd, "output", "one", "summary.json"), "utf8"));
  expect(summary).toMatchObject({ format_version: 2, turns: 2, tried: { decisions: 2 } });
});

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { batchRunId, readManifest } from "@llm-sim/events/run";
import { startModelServer } from "@llm-sim/llm/testing";
import { describe, expect, it, vi } from "vitest";
import { askingSimulation } from "./asking.test.fixture.ts";
import { ask, jsonLines, temporaryDirectory, writeConfig } from "./cli.test.fixture.ts";

// Each starts a process for every run.
vi.setConfig({ testTimeout: 90_000 });

function project() {
  const directory = temporaryDirectory();
  writeConfig(directory, "bank.yaml", { turns: 3 });
  const output = join(directory, "output");
  return {
    directory,
    output,
    run: (...args: string[]) => ask(directory, ["run", "bank.yaml", ...args]),
    runs: () => readdirSync(output).filter((name) => !name.startsWith(".")),
    log: (id: string) => readFileSync(join(output, id, "events.jsonl"), "utf8"),
  };
}

/** As if its process had been killed in that turn. */
function killedInTurn(directory: string, turn: number): void {
  const path = join(directory, "events.jsonl");
  const lines = readFileSync(path, "utf8").split("\n");
  const end = lines.findIndex((line) => line.includes(`"turn_number":${turn},`));
  writeFileSync(path, `${lines.slice(0, end + 2).join("\n")}\n`);
  const manifest = JSON.parse(readFileSync(join(directory, "run.json"), "utf8"));
  const { end_time: _time, ended_by: _by, ...running } = manifest;
  writeFileSync(join(directory, "run.json"), JSON.stringify({ ...running, status: "running" }));
  rmSync(join(directory, "summary.json"));
}

const RATE = "engine.params.interest_rate";

describe("a sweep that is extended", () => {
  it("keeps its ids, leaves alone what is whole and says so, and makes the rest", async () => {
    const { run, runs, log } = project();
    const first = await run("--seeds", "1", "--set", `${RATE}=0.01`, "--json");
    const batch = jsonLines<{ batch: string }>(first.stdout)[0]?.batch ?? "";
    expect(batch).toMatch(/^bank-[0-9a-f]{8}$/);
    const kept = batchRunId(batch, 1, { [RATE]: 0.01 });
    const before = log(kept);
    const second = await run("--seeds", "1..2", "--set", `${RATE}=0.01,0.05`);
    expect(second.stdout).toMatch(
      new RegExp(`^batch ${batch} completed: 4 completed \\(1 of them there already, left alone\\) in `),
    );
    expect(runs()).toHaveLength(4);
    expect(runs()).toContain(batchRunId(batch, 2, { [RATE]: 0.05 }));
    expect(log(kept)).toBe(before);
    const third = await run("--seeds", "1..2", "--set", `${RATE}=0.01,0.05`, "--json");
    expect(jsonLines(third.stdout)).toMatchObject([
      {
        status: "completed",
        planned: 4,
        runs: Array.from({ length: 4 }, () => ({ left: "it is there already" })),
      },
    ]);
    expect(third).toMatchObject({ code: 0, stderr: "" });
  });

  it("with an id of its own is refused with another config, by the setting that differs", async () => {
    const { run, runs } = project();
    await run("--seeds", "1", "--id", "mine");
    for (const [args, reason] of [
      [["--turns", "9"], "simulation.turns is 9 here, and 3 there"],
      [["--set", `${RATE}=0.5`], "its runs set nothing"],
      [["--break-when", "turn > 3"], 'break_when is "turn > 3" here, and not set there'],
    ] as const) {
      // Other seeds, whose runs are not there yet.
      const { code, stderr } = await run("--seeds", "2", "--id", "mine", ...args);
      expect({ code, stderr }, reason).toEqual({ code: 2, stderr: expect.stringContaining(reason) });
      expect(stderr).toContain("choose another --id");
    }
    expect(runs()).toEqual(["mine-s1"]);
  });

  it("does not take another's run for its own", async () => {
    const { run, log } = project();
    await run("--id", "mine-s1");
    const before = log("mine-s1");
    const { code, stderr } = await run("--seeds", "1..2", "--id", "mine");
    expect(code).toBe(2);
    expect(stderr).toBe(
      "error: There is a run mine-s1 in output that is of no batch mine: choose another --id.\n",
    );
    expect(log("mine-s1")).toBe(before);
  });

  it.each([
    ["--set", `${RATE}=0.1,0.1`],
    ["--set", `${RATE}=0.1,0.2`, "--set", `${RATE}=0.3`],
  ])("does not make one run twice: %s %s", async (...args) => {
    const { code, stderr } = await project().run(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: Two runs would be the same .*twice\.\n$/);
  });
});

describe("a sweep that was cut off", () => {
  it("is made whole by being started again: what was under way is gone on with", async () => {
    const { directory, output, run, log } = project();
    await run("--seeds", "1..2", "--id", "long");
    const whole = log("long-s2");
    killedInTurn(join(output, "long-s2"), 2);
    const { code, stdout, stderr } = await run("--seeds", "1..3", "--id", "long");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^batch long completed: 3 completed \(1 of them there already, left alone\)/,
      ),
    });
    expect(stderr).toMatch(/^long-s2 completed {2}seed=2 {2}gone on with, 3 turns/m);
    expect(stderr).toMatch(/^long-s3 completed {2}seed=3 {2}3 turns/m);
    expect(readManifest(join(output, "long-s2"))).toMatchObject({
      status: "completed",
      batch: { id: "long" },
    });
    expect(log("long-s2").startsWith(whole.slice(0, 2_000))).toBe(true);
    expect((await ask(directory, ["verify", "long-s2"])).code).toBe(0);
  });

  it("asks no model twice: what is on the tape of a run that was cut off is taken from there", async () => {
    const server = await startModelServer(() => ({ json: { coins: 3 } }));
    const directory = askingSimulation({ llm: { base_url: server.base_url }, turns: 4 });
    const run = () => ask(directory, ["run", "sim.yaml", "--seeds", "1..2", "--id", "asks"]);
    expect(await run()).toMatchObject({ code: 0 });
    expect(server.requests).toHaveLength(8);
    const path = join(directory, "output", "asks-s2");
    killedInTurn(path, 3);
    const again = await run();
    expect({ code: again.code, stderr: again.stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^asks-s2 completed .*gone on with, 4 turns/m),
    });
    expect(server.requests).toHaveLength(8);
    // Where it cannot be gone on with, it is left: made anew, all of it would be paid for again.
    killedInTurn(path, 3);
    writeFileSync(join(path, "events.jsonl"), "");
    const left = await run();
    expect({ code: left.code, stderr: left.stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^asks-s2 failed .*begin it anew/m),
    });
    expect(readFileSync(join(path, "tape.jsonl"), "utf8")).toContain("response");
    expect(server.requests).toHaveLength(8);
    await server.close();
  });

  it("has a run made anew whose log has not even a start, and keeps what there is of it", async () => {
    const { output, run } = project();
    await run("--seeds", "1..2", "--id", "torn");
    const path = join(output, "torn-s2");
    const told = readFileSync(join(path, "run.json"), "utf8");
    writeFileSync(join(path, "run.json"), told.replace('"completed"', '"running"'));
    writeFileSync(join(path, "events.jsonl"), "");
    const { code, stderr } = await run("--seeds", "1..2", "--id", "torn");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/is made anew; what there was is in .*\.torn\/set-aside\/torn-s2-1/),
    });
    expect(readManifest(path)).toMatchObject({ status: "completed" });
    expect(readFileSync(join(output, ".torn", "set-aside", "torn-s2-1", "events.jsonl"), "utf8")).toBe("");
  });
});

describe("runs that are there", () => {
  const write = (directory: string, word: string) =>
    writeFileSync(
      join(directory, "waits.mjs"),
      `export const decide = () => ({ decision_type: "${word}" });\n`,
    );
  function waiting() {
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, "sim.yaml"),
      "simulation: { name: waits, turns: 2 }\nengine: { type: market }\nagents: [{ name: a, type: ./waits.mjs }]\n",
    );
    write(directory, "wait");
    return {
      directory,
      run: (...args: string[]) => ask(directory, ["run", "sim.yaml", "--seeds", "1..2", ...args]),
    };
  }

  it("and were made by other code are refused, unless they are to be made again", async () => {
    const { directory, run } = waiting();
    await run("--id", "w");
    write(directory, "stay");
    const refused = await run("--id", "w");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^error: w-s1 in output was made by other code than today's \(waits\.mjs is not the same\): --again /,
    );
    const again = await run("--id", "w", "--again");
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^batch w completed: 2 completed in /),
    });
    expect(readFileSync(join(directory, "output", "w-s1", "events.jsonl"), "utf8")).toContain('"stay"');
    expect(
      readFileSync(join(directory, "output", ".w", "set-aside", "w-s1-1", "events.jsonl"), "utf8"),
    ).toContain('"wait"');
    expect((await run("--id", "w", "--again")).stdout).toContain("2 of them there already");
  });
});

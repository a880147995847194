import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { batchRunId, type RunManifest } from "@llm-sim/events/run";
import { beforeAll, describe, expect, it } from "vitest";
import {
  cli,
  fakeContext,
  jsonLines,
  startCli,
  temporaryDirectory,
  underWay,
  writeConfig,
} from "./cli.test.fixture.ts";
import { runLlmSim } from "./program.ts";

const directory = temporaryDirectory();
const llmSim = (...args: string[]) => cli(directory, ...args);

function manifest(id: string): RunManifest {
  return JSON.parse(readFileSync(join(directory, "output", id, "run.json"), "utf8"));
}

/** A simulation whose engine fails in turn 2 where its params say so. */
function writeFragile(): void {
  writeFileSync(
    join(directory, "fragile.ts"),
    `import { BaseEngine } from "@llm-sim/simulation";
export class Fragile extends BaseEngine {
  actions = {};
  afterActions() { if (this.params.fails && this.turn === 2) throw new Error("cracked"); }
}\n`,
  );
  writeFileSync(
    join(directory, "fragile.yaml"),
    "simulation: { name: fragile, turns: 3, seed: 1 }\nengine: { type: ./fragile.ts, params: { fails: false } }\nagents: [{ name: a, type: ./steady.mjs }]\n",
  );
  writeFileSync(join(directory, "steady.mjs"), 'export const decide = () => ({ decision_type: "wait" });\n');
}

beforeAll(() => {
  writeConfig(directory, "bank.yaml");
});

describe("run", () => {
  it("ends with one summary: events per kind, bytes, segments, dropped, the log, and two commands to try", async () => {
    const { code, stdout, stderr } = await llmSim("run", "bank.yaml", "--id", "one");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^one completed after 5 turns in .* \(seed 7\)\n/);
    for (const kind of ["MILESTONE", "DECISION", "ACTION", "STATE"]) {
      expect(stdout).toMatch(new RegExp(`^  ${kind} +[1-9]\\d*$`, "m"));
    }
    expect(stdout).toMatch(/^ {2}\d+ events, [\d.]+ KB in 1 segment, 0 dropped$/m);
    expect(stdout).toMatch(/^ {2}log: output\/one$/m);
    expect(stdout).toMatch(/\nNext:\n {2}llm-sim \S.+\n {2}llm-sim \S.+\n$/);
    const commands = [...stdout.matchAll(/^ {2}llm-sim (\S.*?) +#/gm)].map((match) => match[1]);
    expect(commands).toEqual(["events one", "serve"]);
  });

  it("--json prints the summary as one document, and nothing of what the simulation's code prints", async () => {
    writeFileSync(
      join(directory, "chatty.mjs"),
      'export const decide = () => { console.log("hello"); return { decision_type: "wait" }; };\n',
    );
    writeFileSync(
      join(directory, "chatty.yaml"),
      "simulation: { name: chatty, turns: 2, seed: 1 }\nengine: { type: market }\nagents: [{ name: a, type: ./chatty.mjs }]\n",
    );
    const { code, stdout, stderr } = await llmSim("run", "chatty.yaml", "--id", "chatty", "--json");
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      { simulation_id: "chatty", status: "completed", turns: 2, seed: 1 },
    ]);
    expect(stderr).toBe("hello\nhello\n");
  });

  it("--json prints a document of a run that failed too", async () => {
    writeFragile();
    const { code, stdout, stderr } = await llmSim(
      "run",
      "fragile.yaml",
      "--set",
      "engine.params.fails=true",
      "--id",
      "dropped",
      "--json",
    );
    expect(code).toBe(1);
    expect(jsonLines(stdout)).toMatchObject([
      {
        simulation_id: "dropped",
        status: "failed",
        turn: 2,
        error: expect.stringContaining("cracked"),
        counts: { pending: 0 },
      },
    ]);
    expect(stderr).toMatch(/^error: .*cracked.*\n$/);
  });

  it("--quiet prints nothing", async () => {
    expect(await llmSim("run", "bank.yaml", "--id", "hush", "--quiet")).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("takes turns, seed, verbosity and settings from the command line, and keeps what was run in run.json", async () => {
    const settings = [
      "--turns",
      "3",
      "--seed",
      "42",
      "--verbosity",
      "detail",
      "--set",
      "engine.params.interest_rate=0.5",
    ];
    expect((await llmSim("run", "bank.yaml", "--id", "set", "--quiet", ...settings)).code).toBe(0);
    expect(manifest("set")).toMatchObject({
      seed: 42,
      verbosity: "DETAIL",
      config: { simulation: { turns: 3, seed: 42 }, engine: { params: { interest_rate: 0.5 } } },
    });
  });

  it("shows turn, events per second, dropped and the time left while it runs, on a terminal", async () => {
    const { context } = fakeContext(directory);
    const terminal = fakeContext(directory, 100);
    const code = await runLlmSim(["run", "bank.yaml", "--id", "shown", "--turns", "300"], {
      ...context,
      stderr: terminal.context.stdout,
    });
    expect(code).toBe(0);
    const drawn = terminal.stdout();
    expect(drawn).toMatch(/bank [━╌]+ turn +\d+\/300 {2}[\d,]+ events\/s {2}0 dropped {2}ETA /);
    // Erased in the end, so that the summary stands alone.
    expect(drawn.endsWith("\r\u001b[J")).toBe(true);
  });

  it("ends as interrupted on SIGINT, with a whole log and exit code 130", async () => {
    const run = startCli(directory, ["run", "bank.yaml", "--id", "stopped", "--turns", "1000000", "--json"]);
    await underWay(directory, "stopped");
    run.child.kill("SIGINT");
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(jsonLines(stdout)).toMatchObject([{ status: "interrupted" }]);
    const { status, counts } = manifest("stopped");
    expect(status).toBe("interrupted");
    expect(counts).toMatchObject({ pending: 0, dropped: 0 });
    expect((await llmSim("verify", "stopped")).code).toBe(0);
  });
});

describe("a batch", () => {
  it("makes one run for each seed and value, with a line for each, and the batch in run.json", async () => {
    const args = [
      "--seeds",
      "1..2",
      "--set",
      "engine.params.interest_rate=0.01,0.05",
      "--jobs",
      "2",
      "--id",
      "sweep",
    ];
    const { code, stdout, stderr } = await llmSim("run", "bank.yaml", ...args);
    expect(code).toBe(0);
    const id = (seed: number, rate: number) =>
      batchRunId("sweep", seed, { "engine.params.interest_rate": rate });
    for (const [seed, rate] of [
      [1, 0.01],
      [2, 0.01],
      [1, 0.05],
      [2, 0.05],
    ] as const)
      expect(stderr).toMatch(
        new RegExp(
          `^${id(seed, rate)} completed {2}seed=${seed} engine\\.params\\.interest_rate=${rate} {2}5 turns, \\d+ events, `,
          "m",
        ),
      );
    expect(stdout).toMatch(/^batch sweep completed: 4 completed in /);
    expect(manifest(id(2, 0.05))).toMatchObject({
      batch: {
        id: "sweep",
        name: "sweep",
        config_hash: expect.stringMatching(/^[0-9a-f]{8}$/),
        settings: { "engine.params.interest_rate": 0.05 },
        planned: {
          seeds: "1,2",
          settings: [{ path: "engine.params.interest_rate", values: [0.01, 0.05] }],
        },
      },
      seed: 2,
      status: "completed",
      config: { engine: { params: { interest_rate: 0.05 } } },
    });
    expect((await llmSim("verify", id(1, 0.01), id(2, 0.05))).code).toBe(0);
  });

  it("makes the same run as its setting makes alone", async () => {
    const alone = await llmSim(
      "run",
      "bank.yaml",
      "--seed",
      "2",
      "--set",
      "engine.params.interest_rate=0.05",
      "--json",
      "--id",
      "alone",
    );
    const [summary] = jsonLines<{ stats: { by_type: object } }>(alone.stdout);
    const batch = await llmSim(
      "run",
      "bank.yaml",
      "--seeds",
      "2",
      "--set",
      "engine.params.interest_rate=0.05",
      "--json",
      "--id",
      "again",
    );
    const [document] = jsonLines<{ batch: string; runs: { stats: { by_type: object } }[] }>(batch.stdout);
    expect(document).toMatchObject({ batch: "again", status: "completed", planned: 1 });
    expect(document?.runs[0]?.stats.by_type).toEqual(summary?.stats.by_type);
  });

  it("goes on after a run that failed, and ends with exit code 1", async () => {
    writeFragile();
    const { code, stdout, stderr } = await llmSim(
      "run",
      "fragile.yaml",
      "--set",
      "engine.params.fails=true,false",
      "--id",
      "eggs",
    );
    expect(code).toBe(1);
    const broken = batchRunId("eggs", 1, { "engine.params.fails": true });
    expect(stderr).toMatch(
      new RegExp(`^${broken} failed {2}engine\\.params\\.fails=true {2}.*turn 2.*cracked`, "m"),
    );
    expect(stderr).toMatch(/^eggs-s1-\w{6} completed /m);
    expect(stdout).toMatch(/^batch eggs failed: 1 completed, 1 failed in /);
    expect(manifest(broken).status).toBe("failed");
  });

  it("says what is wrong with any of its settings before the first run begins", async () => {
    const { code, stderr } = await llmSim(
      "run",
      "bank.yaml",
      "--set",
      "simulation.turns=3,none",
      "--id",
      "unborn",
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --set simulation\.turns=none: .+\n$/);
    expect(readdirSync(join(directory, "output")).filter((name) => name.startsWith("unborn"))).toEqual([]);
  });

  it("ends its runs as interrupted on SIGINT, begins no other, and ends with exit code 130", async () => {
    const args = ["--seeds", "1..9", "--jobs", "2", "--turns", "1000000", "--id", "halted", "--json"];
    const batch = startCli(directory, ["run", "bank.yaml", ...args]);
    await underWay(directory, "halted-s1");
    await underWay(directory, "halted-s2");
    batch.child.kill("SIGINT");
    const { code, stdout } = await batch.ended;
    expect(code).toBe(130);
    expect(jsonLines(stdout)).toMatchObject([
      { status: "interrupted", planned: 9, runs: [{ status: "interrupted" }, { status: "interrupted" }] },
    ]);
    expect((await llmSim("verify", "halted-s1", "halted-s2")).code).toBe(0);
  });
});

describe("init", () => {
  it("makes a project that runs as it is, and overwrites nothing", async () => {
    const made = await llmSim("init", "mine");
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const run = await llmSim("run", "mine/simulation.yaml", "--id", "mine", "--json");
    expect(jsonLines(run.stdout)).toMatchObject([{ status: "completed", turns: 20 }]);
    const { stdout } = await llmSim("events", "mine", "--type", "SYSTEM");
    expect(stdout).toBe("");
    expect((await llmSim("verify", "mine")).code).toBe(0);
    writeFileSync(join(directory, "mine", "engine.ts"), "// mine\n");
    const again = await llmSim("init", "mine");
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^error: mine\/README\.md is there already.+\n$/);
    expect(readFileSync(join(directory, "mine", "engine.ts"), "utf8")).toBe("// mine\n");
  });

  it.each(["my sim", "it's (mine) & $HOME", "-rf"])(
    "names a directory %s so that a shell takes it",
    async (name) => {
      const { stdout } = await llmSim("init", "--", name);
      const [, command = ""] = /^ +llm-sim run (.+?) +# run it$/m.exec(stdout) ?? [];
      const printed = execFileSync("sh", ["-c", `printf '%s|' ${command}`], { encoding: "utf8" });
      expect(printed).toBe(`${name.startsWith("-") ? "./" : ""}${name}/simulation.yaml|`);
    },
  );
});

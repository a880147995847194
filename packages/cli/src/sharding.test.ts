import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import { readManifest, thisProcess } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { canonicalLog } from "@llm-sim/simulation";
import { describe, expect, it, vi } from "vitest";
import {
  ask,
  fakeContext,
  jsonLines,
  startCli,
  temporaryDirectory,
  underWay,
  writeConfig,
} from "./cli.test.fixture.ts";
import { runLlmSim } from "./program.ts";

// Each starts a process for every run.
vi.setConfig({ testTimeout: 120_000 });

const ID = "bank";

function project(turns = 3) {
  const directory = temporaryDirectory();
  writeConfig(directory, "bank.yaml", { turns });
  const output = join(directory, "output");
  return {
    directory,
    output,
    run: (...args: string[]) => ask(directory, ["run", "bank.yaml", "--id", ID, ...args]),
    scheduled: async (env: Record<string, string>, ...args: string[]) => {
      const { context, stderr } = fakeContext(directory);
      const call = ["run", "bank.yaml", "--id", ID, ...args];
      const code = await runLlmSim(call, { ...context, env: { ...context.env, ...env } });
      return { code, stderr: stderr() };
    },
    start: (env: NodeJS.ProcessEnv, ...args: string[]) =>
      startCli(directory, ["run", "bank.yaml", "--id", ID, ...args], env),
    runs: () => readdirSync(output).filter((name) => !name.startsWith(".")),
  };
}

/** With a third one, who takes her time. */
function slowed(directory: string): void {
  const config = join(directory, "bank.yaml");
  writeFileSync(config, `${readFileSync(config, "utf8")}  - { name: eve, type: ./waits.mjs }\n`);
  writeFileSync(
    join(directory, "waits.mjs"),
    'export const decide = () => new Promise((done) => setTimeout(done, 20, { decision_type: "wait" }));\n',
  );
}

async function canonical(directory: string) {
  const events: Event[] = [];
  for await (const { event } of readEvents(directory)) events.push(event);
  return canonicalLog(
    events.filter(({ event_type, ...event }) => !("error_type" in event && event_type === "SYSTEM")),
  );
}

const RATE = "engine.params.interest_rate";

describe("a shard of a sweep", () => {
  it("is every n-th combination from the i-th on, the seeds changing fastest", async () => {
    const { run, runs, output } = project();
    const { code, stdout, stderr } = await run(
      "--seeds",
      "3,1,2",
      "--set",
      `${RATE}=0.1,0.2`,
      "--shard",
      "2/4",
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^batch bank shard 2\/4 completed: 2 completed in /),
    });
    expect(stderr).toMatch(/^batch bank, shard 2\/4: 2 of 6 runs\n/);
    const made = new Map(
      runs().map((id) => {
        const { seed, batch } = readManifest(join(output, id)) ?? {};
        return [seed, batch];
      }),
    );
    expect(made.get(2)?.settings).toEqual({ [RATE]: 0.1 });
    expect(made.get(3)?.settings).toEqual({ [RATE]: 0.2 });
    expect(made.get(2)).toMatchObject({ shards: 4, planned: { seeds: "1..3" } });
  });

  it("of which there is none has nothing to do", async () => {
    const { run } = project();
    const { code, stdout } = await run("--seeds", "1", "--shard", "2/2", "--json");
    expect({ code, answer: jsonLines(stdout) }).toEqual({
      code: 0,
      answer: [
        expect.objectContaining({ shard: { index: 2, of: 2 }, planned: 0, batch_planned: 1, runs: [] }),
      ],
    });
  });

  it.each([
    [["--seeds", "1..4", "--shard", "3/2"], /I from 1 to N/],
    [["--seeds", "1..4", "--shard", "0/2"], /I from 1 to N/],
    [["--seeds", "1..4", "--shard", "2"], /I from 1 to N/],
    [["--seeds", "1..4", "--shard", "auto/0"], /I from 1 to N/],
    [
      ["--seeds", "1..4", "--shard", "auto"],
      /SLURM_ARRAY_TASK_ID is not set.*JOB_COMPLETION_INDEX is not set/,
    ],
    [["--shard", "1/2"], /this is one run and no batch/],
  ])("is refused where it cannot be: %j", async (args, words) => {
    const { code, stderr } = await project().run(...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(words) });
  });

  it("is refused without a seed, which each shard would draw for itself", async () => {
    const { run, directory } = project();
    const path = join(directory, "bank.yaml");
    writeFileSync(path, readFileSync(path, "utf8").replace(", seed: 7", ""));
    const { code, stderr } = await run("--set", `${RATE}=0.1,0.2`, "--shard", "1/2");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("the config names no seed"),
    });
  });

  it("of another number than the batch has on record is refused", async () => {
    const { run, runs } = project();
    await run("--seeds", "1..2", "--shard", "1/2");
    const { code, stderr } = await run("--seeds", "1..2", "--shard", "1/3");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("The batch bank is divided into 2 shards, and not into 3"),
    });
    expect(runs()).toEqual(["bank-s1"]);
    // All of it may be made as one, and it is extended with the same number.
    expect((await run("--seeds", "1..2")).code).toBe(0);
    const extended = await run("--seeds", "1..3", "--shard", "1/2");
    expect(extended.stdout).toMatch(/2 completed \(1 of them there already/);
  });

  it("is taken from a Slurm array, and a task submitted again is the same shard", async () => {
    const { scheduled, runs } = project();
    const slurm = (id: number, [min, max, count]: [number, number, number]) => ({
      SLURM_ARRAY_TASK_ID: `${id}`,
      SLURM_ARRAY_TASK_MIN: `${min}`,
      SLURM_ARRAY_TASK_MAX: `${max}`,
      SLURM_ARRAY_TASK_COUNT: `${count}`,
    });
    const whole = await scheduled(slurm(2, [0, 3, 4]), "--seeds", "1..4", "--shard", "auto");
    expect(whole).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("shard 3/4 (Slurm task 2 of 4 from 0 to 3)"),
    });
    expect(runs()).toEqual(["bank-s3"]);
    // Alone, an array of one does not say that it was one of four, nor that they were counted from 0.
    const alone = await scheduled(slurm(1, [1, 1, 1]), "--seeds", "1..4", "--shard", "auto");
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("divided into 4 shards") });
    const again = await scheduled(slurm(1, [1, 1, 1]), "--seeds", "1..4", "--shard", "auto/4");
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("shard 2/4") });
    expect(runs()).toEqual(["bank-s2", "bank-s3"]);
  });
});

describe("shards that are started at once", () => {
  it("with two numbers: one of them counts, and the others are refused", async () => {
    const { start, output } = project();
    const ended = await Promise.all(
      ["1/2", "1/3", "2/2", "2/3"].map((shard) => start({}, "--seeds", "1", "--shard", shard).ended),
    );
    const codes = ended.map(({ code }) => code);
    expect([
      [0, 2, 0, 2],
      [2, 0, 2, 0],
    ]).toContainEqual(codes);
    const of = codes[0] === 0 ? 2 : 3;
    expect(JSON.parse(readFileSync(join(output, ".bank", "shards.json"), "utf8"))).toMatchObject({
      shards: of,
    });
  });

  it("killed and started again, make the batch whole, nothing twice, with the logs of one process", async () => {
    const { directory, start, runs, output } = project(30);
    slowed(directory);
    const sweep = ["--seeds", "1..3", "--jobs", "1"];
    const first = ["1/2", "2/2"].map((shard) => start({}, ...sweep, "--shard", shard));
    await Promise.all([underWay(directory, "bank-s1"), underWay(directory, "bank-s2")]);
    first[0]?.child.kill("SIGKILL");
    first[1]?.child.kill("SIGTERM");
    const [killed, told] = await Promise.all(first.map(({ ended }) => ended));
    expect(killed).toMatchObject({ code: null });
    expect(told).toMatchObject({ code: 130, stderr: expect.stringContaining("bank-s2 interrupted") });
    expect(readManifest(join(output, "bank-s2"))).toMatchObject({ status: "interrupted" });
    // Told to end while they go along what is there, they leave it as it was.
    const along = ["1/2", "2/2"].map((shard) => start({}, ...sweep, "--shard", shard));
    await Promise.all(along.map((started) => started.said("batch bank, shard")));
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const { child } of along) child.kill("SIGTERM");
    expect((await Promise.all(along.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([130, 130]);
    // At once: the process of the first one's run may still be at its last turn.
    const again = await Promise.all(
      ["1/2", "2/2"].map((shard) => start({}, ...sweep, "--shard", shard).ended),
    );
    expect(again.map(({ code }) => code)).toEqual([0, 0]);
    expect(runs()).toEqual(["bank-s1", "bank-s2", "bank-s3"]);
    expect(readdirSync(join(output, ".bank"))).toEqual(["shards.json"]);
    await ask(directory, ["run", "bank.yaml", "--id", ID, "--seeds", "1..3", "--output", "one"]);
    for (const id of runs()) {
      expect(readManifest(join(output, id))).toMatchObject({ status: "completed", simulation_id: id });
      expect(await verifyRun(join(output, id))).toMatchObject({ result: "ok", violations: [] });
      expect(await canonical(join(output, id))).toEqual(await canonical(join(directory, "one", id)));
    }
    const { stdout } = await ask(directory, ["batch", ID, "--json"]);
    expect(jsonLines(stdout)).toMatchObject([{ missing_total: 0, shards: { of: 2, unfinished: [] } }]);
  });
});

describe("a run that another process is at", () => {
  function held(output: string, id: string, holder: object, secondsAgo: number) {
    mkdirSync(join(output, id), { recursive: true });
    const path = join(output, id, "writer.lock");
    writeFileSync(path, JSON.stringify({ ...thisProcess(), ...holder, token: "t" }));
    const then = new Date(Date.now() - secondsAgo * 1000);
    utimesSync(path, then, then);
  }

  it("on another machine, and gives signs, is left to it, and the shard is to be started again", async () => {
    const { run, output } = project();
    held(output, "bank-s1", { host: "elsewhere", pid: 42 }, 20);
    const beat = setInterval(
      () => utimesSync(join(output, "bank-s1", "writer.lock"), new Date(), new Date()),
      300,
    );
    const { code, stdout, stderr } = await run("--seeds", "1..2", "--shard", "1/1");
    clearInterval(beat);
    expect({ code, stderr }).toEqual({
      code: 75,
      stderr: expect.stringMatching(
        /^bank-s1 running .*left as it is: it is being made by another process \(42 on elsewhere\)/m,
      ),
    });
    expect(stdout).toContain("1 completed, 1 running");
    expect(readdirSync(join(output, "bank-s1"))).toEqual(["writer.lock"]);
  });

  it("and has fallen silent is gone on with", async () => {
    const { run, output } = project();
    await run("--seeds", "1..2", "--shard", "1/1");
    const path = join(output, "bank-s2");
    const manifest = JSON.parse(readFileSync(join(path, "run.json"), "utf8"));
    writeFileSync(
      join(path, "run.json"),
      JSON.stringify({ ...manifest, status: "running", end_time: undefined }),
    );
    const log = readFileSync(join(path, "events.jsonl"), "utf8").split("\n");
    writeFileSync(join(path, "events.jsonl"), `${log.slice(0, -8).join("\n")}\n`);
    held(output, "bank-s2", { host: "elsewhere", pid: 42 }, 90);
    const { code, stderr } = await run("--seeds", "1..2", "--shard", "1/1");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^bank-s2 completed .*gone on with/m),
    });
    expect(await verifyRun(path)).toMatchObject({ violations: [] });
  });
});

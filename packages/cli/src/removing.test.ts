import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openEventStream, repairRun } from "@llm-sim/events";
import { verifyRun } from "@llm-sim/events/read";
import { thisProcess } from "@llm-sim/events/run";
import { describe, expect, it } from "vitest";
import { ask, fakeContext, jsonLines, PROGRAM, temporaryDirectory } from "./cli.test.fixture.ts";
import { runLlmSim } from "./program.ts";

async function withRuns(...ids: string[]) {
  const directory = temporaryDirectory();
  const output = join(directory, "output");
  for (const id of ids) {
    const [batch = id] = id.split("-s");
    const stream = await openEventStream({
      outputDir: output,
      simulationId: id,
      provenance: batch === id ? {} : { batch: { id: batch, name: batch, settings: {} } },
    });
    stream.startTurn(1).end();
    await stream.close();
  }
  return {
    directory,
    output,
    rm: (...args: string[]) => ask(directory, ["rm", ...args]),
    there: () => readdirSync(output).toSorted(),
  };
}

describe("llm-sim rm", () => {
  it("removes runs, and all runs of a batch with what they shared, and says what it freed", async () => {
    const { rm, there, output } = await withRuns("a", "b", "sweep-s1", "sweep-s2");
    mkdirSync(join(output, ".sweep"));
    writeFileSync(join(output, ".sweep", "shards.json"), "{}");
    const one = await rm("a", "--yes");
    expect(one).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^removed 1 run, [\d.]+ \w+ freed\n$/),
    });
    expect(there()).toEqual([".sweep", "b", "sweep-s1", "sweep-s2"]);
    const bytes = readFileSync(join(output, "sweep-s1", "events.jsonl")).length;
    const batch = await rm("sweep", "--yes", "--json");
    const [answer] = jsonLines<{ removed: { id: string; bytes: number }[]; bytes: number }>(batch.stdout);
    expect(answer).toMatchObject({ removed: [{ id: expect.any(String) }, {}], batches: ["sweep"] });
    expect(answer?.removed.map(({ id }) => id).toSorted()).toEqual(["sweep-s1", "sweep-s2"]);
    expect(answer?.bytes).toBeGreaterThan(2 * bytes);
    expect(there()).toEqual(["b"]);
  });

  it("asks, and without a terminal or a yes removes nothing", async () => {
    const { rm, there, directory } = await withRuns("a", "b");
    const alone = await rm("a");
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("say --yes") });
    for (const [says, left] of [
      [false, ["a", "b"]],
      [true, ["b"]],
    ] as const) {
      const asked: string[] = [];
      const { context } = fakeContext(directory);
      const confirm = async (question: string) => {
        asked.push(question);
        return says;
      };
      expect(await runLlmSim(["rm", "a"], { ...context, confirm })).toBe(0);
      expect(asked).toEqual([
        expect.stringMatching(/^Remove 1 run in output \(a\), .*, for good\? \[y\/N\] $/),
      ]);
      expect(there()).toEqual(left);
    }
  });

  it("refuses what is being written, and then removes none of what was named", async () => {
    const { rm, there, output } = await withRuns("a");
    const stream = await openEventStream({ outputDir: output, simulationId: "live" });
    const live = await rm("a", "live", "--yes");
    expect(live).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`live is being written by process ${process.pid} on `),
    });
    await stream.close();
    const lock = join(output, "a", "writer.lock");
    writeFileSync(lock, JSON.stringify({ ...thisProcess(), host: "elsewhere", token: "t" }));
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(lock, longAgo, longAgo);
    expect(await rm("a", "--yes")).toMatchObject({ code: 2, stderr: expect.stringContaining("--take-over") });
    expect(there()).toEqual(["a", "live"]);
    expect((await repairRun(join(output, "a"), { takeOver: true })).simulation_id).toBe("a");
  });

  it("leaves alone what lies elsewhere, whatever leads there", async () => {
    const { rm, there, directory, output } = await withRuns("a", "b");
    const elsewhere = join(directory, "elsewhere");
    const stream = await openEventStream({ outputDir: elsewhere, simulationId: "mine" });
    await stream.close();
    symlinkSync(join(elsewhere, "mine"), join(output, "out"));
    symlinkSync(join(output, "b"), join(output, "inside"));
    for (const reference of [
      "out",
      "output/out",
      "inside",
      "elsewhere/mine",
      "output/../elsewhere/mine",
      ".",
      "",
    ])
      expect(await rm(reference, "--yes"), reference).toMatchObject({ code: 2, stdout: "" });
    // What a run's own links lead to stays where it is.
    symlinkSync(join(elsewhere, "mine"), join(output, "a", "link"));
    expect(await rm("a", "--yes")).toMatchObject({ code: 0 });
    // Nor is anything moved through a link in the place where runs leave by.
    symlinkSync(elsewhere, join(output, ".-removed"));
    expect(await rm("b", "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is no directory"),
    });
    expect(there()).toEqual([".-removed", "b", "inside", "out"]);
    expect(await verifyRun(join(elsewhere, "mine"))).toMatchObject({ violations: [] });
    expect(readdirSync(elsewhere)).toEqual(["mine"]);
  });

  it("that is killed leaves whole runs, and what it had begun is deleted by the next", async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `many-s${at + 1}`);
    const { rm, there, output, directory } = await withRuns(...ids);
    // Enough in each that they are not gone in no time.
    for (const id of ids)
      for (let file = 0; file < 40; file++) writeFileSync(join(output, id, `kept-${file}.txt`), "x");
    const child = spawn(process.execPath, [PROGRAM, "rm", "many", "--yes"], {
      cwd: directory,
      stdio: "ignore",
    });
    while (child.exitCode === null && existsSync(join(output, "many-s17")))
      await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    const left = there().filter((name) => !name.startsWith("."));
    const listed = await ask(directory, ["ls", "--json"]);
    expect(
      jsonLines<{ id: string }>(listed.stdout)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(left);
    for (const id of left) expect(await verifyRun(join(output, id))).toMatchObject({ violations: [] });
    if (left.length > 0) expect(await rm("many", "--yes")).toMatchObject({ code: 0 });
    expect(there()).toEqual([]);
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readManifest } from "@llm-sim/events/run";
import { beforeAll, describe, expect, it } from "vitest";
import { ask as askIn, type Ended, temporaryDirectory, writeConfig } from "./cli.test.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/llm-sim.js", import.meta.url));
const directory = temporaryDirectory();
const file = (name: string) => join(directory, name);

/** A disk that is full, in small: no file may have more than so many bytes. */
async function limited(kilobytes: number, command: string): Promise<Ended & { took: number }> {
  const begun = performance.now();
  // `ulimit -f` counts blocks of 512 bytes in sh.
  const script = `ulimit -f ${kilobytes * 2} && exec "${process.execPath}" "${BIN}" ${command}`;
  const child = spawn("sh", ["-c", script], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  const heard = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      heard[name] += text;
    });
  await once(child, "close");
  return { code: child.exitCode, ...heard, took: performance.now() - begun };
}

beforeAll(async () => {
  writeConfig(directory, "bank.yaml");
  await askIn(directory, ["run", "bank.yaml", "--id", "whole", "--turns", "400", "--quiet"]);
});

describe.skipIf(process.platform === "win32")("a disk that takes no more", () => {
  it.concurrent("a run says so once, when it happens, goes on without waiting again and again, and ends with 1 and what was lost", async () => {
    const run = "run bank.yaml --id full --turns 400 --set simulation.checkpoint_interval=10";
    const { code, stderr, stdout, took } = await limited(40, run);
    expect(code).toBe(1);
    // It is waited for once, not for each of 40 checkpoints.
    expect(took).toBeLessThan(30_000);
    const path = file("output/full/events.jsonl");
    const [warning = "", error = "", ...others] = stderr.trim().split("\n");
    expect(others).toEqual([]);
    expect(warning).toMatch(/^warning: .* cannot be written: EFBIG: .*; raise the limit of a file's size/);
    expect(warning).toContain(path);
    expect(error).toMatch(/^error: [\d,]+ events of turns \d+ to 400 of full are not in its log: .*EFBIG/);
    expect(stdout).toContain("full completed after 400 turns");
    const manifest = readManifest(file("output/full"));
    expect(manifest).toMatchObject({
      status: "completed",
      loss: { path: "events.jsonl", reason: expect.stringContaining("EFBIG"), turn_end: 400, told: 0 },
    });
    expect(manifest?.loss?.dropped).toBe(manifest?.counts.dropped);
    const verified = await askIn(directory, ["verify", "full"]);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^full: loss/) });
    expect((await askIn(directory, ["verify", "full", "--complete"])).code).toBe(1);
  }, 60_000);

  it.concurrent("a batch as well: the warning once for all runs, 1, and each run's loss", async () => {
    const { code, stderr, stdout } = await limited(
      40,
      "run bank.yaml --id many --turns 400 --seeds 1..2 --jobs 2",
    );
    expect(code).toBe(1);
    expect(stderr.match(/^warning: /gm)).toHaveLength(1);
    expect(stderr.match(/dropped \(EFBIG/g)).toHaveLength(2);
    expect(stdout).toContain("of 2 runs events are not in the log");
    const runs = readdirSync(file("output")).filter((name) => name.startsWith("many"));
    for (const run of runs) expect(readManifest(file(`output/${run}`))?.loss?.dropped).toBeGreaterThan(0);
  }, 60_000);

  it.each(["jsonl", "csv"])(
    "an export (%s) names the file and what to do, and leaves none",
    async (format) => {
      mkdirSync(file("exports"), { recursive: true });
      const { code, stderr, stdout } = await limited(
        20,
        `export whole --format ${format} --out exports/events.${format}`,
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toBe(
        `error: --out exports/events.${format} cannot be written: EFBIG: file too large, write; nothing of it is left: free some space there, or name a file elsewhere.\n`,
      );
      expect(readdirSync(file("exports"))).toEqual([]);
    },
  );

  it.each(["export whole --format csv", "ls", "schema"])(
    "%s to standard output says that it is not whole",
    async (command) => {
      if (!existsSync("/dev/full")) return;
      const { code, stderr } = await limited(1_000_000, `${command} > /dev/full`);
      expect(code).toBe(1);
      expect(stderr).toBe(
        "error: Standard output cannot be written: ENOSPC: no space left on device, write; what was written of it is not whole.\n",
      );
    },
  );
});

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../emit/index.ts";
import { verifyRun } from "../read/index.ts";
import { here, readManifest } from "../run/index.ts";
import { isWriteError, nodeDisk } from "../write/index.ts";
import { openEventStream } from "./index.ts";
import { lockRun, openLockedRun, recoverLocked } from "./open-run.ts";
import { settingsOf } from "./settings.ts";

const TAKER = fileURLToPath(new URL("./taker.fixture.mjs", import.meta.url));
let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-two-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

describe("two writers on one run", () => {
  it("the second is refused with the host and pid of the first, which goes on", async () => {
    const options = { outputDir: output, simulationId: "run", signals: false };
    const stream = await openEventStream(options);
    const refused: unknown = await openEventStream(options).catch((error: unknown) => error);
    expect(isWriteError(refused) && refused).toMatchObject({
      code: "RUN_LOCKED",
      directory: join(output, "run"),
      holder: { host: hostname(), pid: process.pid },
    });
    stream.action("alice", "buy");
    await stream.close();
    expect(stream.stats()).toMatchObject({ written: 3, dropped: 0 });
  });

  it.each(["worker", "inline"] as const)(
    "the first, which was suspended until the second took over, writes no line more, and counts the rest as dropped (%s)",
    async (thread) => {
      const directory = join(output, "run");
      const options = { outputDir: output, simulationId: "run", signals: false };
      const warnings: string[] = [];
      const onWarning = (message: string) => warnings.push(message);
      const first = await openEventStream({ ...options, thread, onWarning });
      first.action("alice", "buy");
      await first.flush();
      first.action("alice", "is about to be suspended");
      const then = new Date(Date.now() - 90_000);
      utimesSync(join(directory, "writer.lock"), then, then);

      const lock = lockRun(nodeDisk, directory, { takeOver: true, from: { ...here(), host: "elsewhere" } });
      const recovered = recoverLocked(nodeDisk, directory);
      const second = openLockedRun(options, settingsOf(options), systemClock(), {
        directory,
        lock,
        recovered,
      });
      second.action("bob", "goes on");
      await second.flush();
      const before = readFileSync(join(directory, "events.jsonl"), "utf8");

      for (let emitted = 0; emitted < 100; emitted++) first.action("alice", "wakes");
      await expect(first.flush()).rejects.toThrow(/taken over by process \d+ on elsewhere/);
      await first.close();
      expect(readFileSync(join(directory, "events.jsonl"), "utf8")).toBe(before);
      expect(before).not.toContain("wakes");
      const { emitted, written, dropped, pending } = first.stats();
      expect(pending).toBe(0);
      expect(dropped).toBeGreaterThanOrEqual(101);
      expect(emitted).toBe(written + dropped);
      expect(first.loss).toMatchObject({ dropped, path: "writer.lock" });
      expect(warnings).toEqual([expect.stringMatching(/run is no longer written from here: .*is lost/)]);
      await second.close();
      expect(readManifest(directory)?.status).toBe("completed");
      expect((await verifyRun(directory)).violations).toEqual([]);
      expect(existsSync(join(directory, "writer.lock"))).toBe(false);
    },
  );

  it("several processes that find a dead writer's lock at once: one takes it over, the others are refused with its pid", async () => {
    mkdirSync(join(output, "run"));
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(
      join(output, "run", "writer.lock"),
      JSON.stringify({ host: hostname(), pid, process_start: "1" }),
    );
    const [go, stop] = [join(output, "go"), join(output, "stop")];
    let refused = 0;
    const children = Array.from({ length: 5 }, () => {
      const child = spawn(process.execPath, [TAKER, output, go, stop], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      const ready = new Promise<void>((resolve) => {
        child.stdout.on("data", (data: Buffer) => {
          said += data.toString();
          if (said.startsWith("ready")) resolve();
          if (said.includes("RUN_") && ++refused === 4) writeFileSync(stop, "");
        });
      });
      const answer = new Promise<string>((resolve) =>
        child.on("close", () => resolve(said.trim().split("\n")[1] ?? "")),
      );
      return { pid: child.pid, ready, answer };
    });
    await Promise.all(children.map(({ ready }) => ready));
    writeFileSync(go, "");
    const answers = await Promise.all(children.map(({ answer }) => answer));
    const winner = children[answers.indexOf("took")]?.pid;
    expect(answers.toSorted()).toEqual([...new Array(4).fill(`RUN_LOCKED ${winner}`), "took"]);
    const lines = readFileSync(join(output, "run", "events.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(lines.filter((line) => line.includes('"took"'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('"simulation_start"'))).toHaveLength(1);
  });
});

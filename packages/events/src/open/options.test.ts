import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEvents, verifyRun } from "../read/index.ts";
import { wronglyTyped } from "../testing/wrongly-typed.test.fixture.ts";
import { isWriteError } from "../write/index.ts";
import { type EventStreamOptions, openEventStream, parseSize } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-options-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

describe("a wrong option is refused before anything is made, naming it", () => {
  it.each<[Partial<EventStreamOptions>, RegExp]>([
    [{ simulationId: "../x" }, /simulationId is "\.\.\/x"/],
    [{ simulationId: "" }, /simulationId/],
    [{ simulationId: "a/b" }, /simulationId/],
    [{ simulationId: "x".repeat(129) }, /simulationId/],
    [{ simulationId: wronglyTyped(undefined) }, /simulationId/],
    [
      { verbosity: wronglyTyped("state") },
      /verbosity is "state": expected one of MILESTONE, DECISION, ACTION, STATE, DETAIL/,
    ],
    [{ scopes: wronglyTyped("sync") }, /scopes/],
    [{ onFull: wronglyTyped("block") }, /onFull/],
    [{ compress: wronglyTyped("zstd") }, /compress/],
    [{ durability: wronglyTyped("always") }, /durability/],
    [{ thread: wronglyTyped("main") }, /thread/],
    [{ maxFileSize: "500 apples" }, /maxFileSize is "500 apples"/],
    [{ maxFileSize: 0 }, /maxFileSize/],
    [{ maxFileSize: -1 }, /maxFileSize/],
    [{ maxFileSize: Number.NaN }, /maxFileSize/],
    [{ queueSize: "1KB" }, /queueSize is 1024 bytes/],
    [{ queueSize: "2GB" }, /queueSize/],
    [{ maxEventSize: "1KB" }, /maxEventSize/],
    [{ queueSize: "1MB", maxEventSize: "512KB" }, /maxEventSize.*quarter of queueSize/],
    [{ provenance: { config: { budget: 1n } } }, /provenance/],
    [{ provenance: { config: cycle } }, /provenance/],
    [{ provenance: { seed: 1.5 } }, /provenance.*seed/],
    [{ provenance: { name: wronglyTyped(7) } }, /provenance.*name/],
    [{ clock: wronglyTyped(1_763_882_100_000_000) }, /clock has no function now/],
    [{ start: { details: wronglyTyped(5) } }, /start/],
    [{ start: { description: wronglyTyped(5) } }, /start/],
  ])("%o", async (wrong, message) => {
    const refused: unknown = await openEventStream({
      outputDir: output,
      simulationId: "run",
      ...wrong,
    }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RangeError);
    expect(String(refused)).toMatch(message);
    expect(existsSync(join(output, "run"))).toBe(false);
  });

  it("a strict stream whose start is wrong leaves no lock and no thread behind", async () => {
    const options = { outputDir: output, simulationId: "run", signals: false };
    await expect(openEventStream({ ...options, strict: true, start: { details: [1] } })).rejects.toThrow();
    const stream = await openEventStream(options);
    await stream.close();
  });
});

describe("an option there is none of", () => {
  it.each<[object, string | RegExp]>([
    [{ verbosty: "STATE" }, '"verbosty" is no option of openEventStream; did you mean "verbosity"?'],
    [{ output_dir: "x" }, '"output_dir" is no option of openEventStream; did you mean "outputDir"?'],
    [{ start: { descripton: "x" } }, '"descripton" is no option of start; did you mean "description"?'],
    [{ zzz: undefined }, /"zzz" is no option of openEventStream; there are simulationId, outputDir, /],
  ])("%j is refused by name", async (options, message) => {
    const given: EventStreamOptions = { outputDir: output, simulationId: "run", ...options };
    const refused: unknown = await openEventStream(given).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RangeError);
    expect(refused instanceof Error && refused.message).toMatch(message);
    expect(existsSync(join(output, "run"))).toBe(false);
  });

  it("is refused by the reading half as well", async () => {
    const options: object = { onSkiped: () => undefined };
    const limits: object = { maxViolation: 1 };
    await expect(readEvents(output, options).next()).rejects.toThrow(/"onSkiped".*did you mean "onSkipped"/);
    await expect(verifyRun(output, limits)).rejects.toThrow(/did you mean "maxViolations"/);
  });
});

describe("a size", () => {
  it.each([
    [1, 1],
    ["1", 1],
    ["500MB", 500 * 1024 * 1024],
    ["64 mb", 64 * 1024 * 1024],
    ["1.5KB", 1536],
    ["2GB", 2 * 1024 ** 3],
    ["100B", 100],
  ])("%j is %d bytes", (size, bytes) => expect(parseSize(size, "x")).toBe(bytes));
  it.each(["", "MB", "1TB", "-1MB", "1e3", "0", 0, 1.5, Number.POSITIVE_INFINITY])("%j is none", (size) => {
    expect(() => parseSize(size, "maxFileSize")).toThrow(/^maxFileSize is /);
  });
});

describe("a place that cannot be written", () => {
  async function refusal(outputDir: string) {
    const error: unknown = await openEventStream({ outputDir, simulationId: "run" }).catch(
      (thrown: unknown) => thrown,
    );
    if (!isWriteError(error)) throw error;
    return error;
  }

  it("below a file is refused", async () => {
    writeFileSync(join(output, "file"), "");
    const error = await refusal(join(output, "file"));
    expect(error.code).toBe("RUN_NOT_WRITABLE");
    expect(error.message).toContain(join(output, "file", "run"));
  });

  it("for want of the right is refused", async () => {
    if (process.getuid?.() === 0) return; // root may write anywhere
    mkdirSync(join(output, "run"));
    chmodSync(join(output, "run"), 0o500);
    expect((await refusal(output)).code).toBe("RUN_NOT_WRITABLE");
    chmodSync(join(output, "run"), 0o700);
  });

  it("because a directory has the log's name is refused, and the lock given up", async () => {
    mkdirSync(join(output, "run", "events.jsonl"), { recursive: true });
    const error: unknown = await openEventStream({ outputDir: output, simulationId: "run" }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(isWriteError(error)).toBe(true);
    expect(existsSync(join(output, "run", "writer.lock"))).toBe(false);
  });
});

describe("an output directory that is not absolute", () => {
  it("stays what it was when the program goes elsewhere", async () => {
    const home = process.cwd();
    process.chdir(output);
    try {
      const stream = await openEventStream({
        outputDir: "runs",
        simulationId: "run",
        signals: false,
        maxFileSize: "2KB",
      });
      mkdirSync("elsewhere");
      process.chdir("elsewhere");
      for (let emitted = 0; emitted < 50; emitted++) stream.action("alice", "buy", { n: emitted });
      await stream.close();
      expect(stream.stats()).toMatchObject({ written: 52, dropped: 0 });
      expect(existsSync(join(output, "runs", "run", "events.jsonl"))).toBe(true);
      expect(existsSync(join(output, "runs", "run", "writer.lock"))).toBe(false);
      expect(existsSync(join(output, "elsewhere", "runs"))).toBe(false);
    } finally {
      process.chdir(home);
    }
  });
});

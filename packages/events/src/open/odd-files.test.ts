import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyRun } from "../read/index.ts";
import { type EventStreamOptions, openEventStream, repairRun } from "./index.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "llm-sim-odd-"));
  mkdirSync(join(parent, "output"));
  writeFileSync(join(parent, "mine"), "not yours\n");
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const run = () => join(parent, "output", "run");
const open = (options: Partial<EventStreamOptions> = {}) =>
  openEventStream({ outputDir: join(parent, "output"), simulationId: "run", signals: false, ...options });

describe.skipIf(process.platform === "win32")("what lies where a run's file is to be written", () => {
  for (const name of ["events.jsonl", "run.json", "segments.jsonl", "writer.lock", "tape.jsonl"]) {
    it.each<[string, (path: string) => void]>([
      ["a link that leads out", (path) => symlinkSync(join(parent, "mine"), path)],
      ["a link inside the output directory", (path) => symlinkSync(join("..", "other"), path)],
      ["a FIFO", (path) => execFileSync("mkfifo", [path])],
      ["a directory", (path) => mkdirSync(path)],
    ])(`as ${name} and is %s is refused in words, and nothing is written through it`, async (_what, make) => {
      mkdirSync(run());
      make(join(run(), name));
      const refused = {
        code: "RUN_NOT_WRITABLE",
        message: expect.stringMatching(`${name} is (a symbolic link|no regular file); take`),
      };
      await expect(open()).rejects.toMatchObject(refused);
      if (name === "events.jsonl" || name === "run.json")
        await expect(repairRun(run()).catch((error: Error) => error)).resolves.toBeInstanceOf(Error);
      expect(readFileSync(join(parent, "mine"), "utf8")).toBe("not yours\n");
      expect(existsSync(join(parent, "output", "other"))).toBe(false);
    });
  }

  it("as the run's directory and is a link is refused", async () => {
    mkdirSync(join(parent, "output", "elsewhere"));
    symlinkSync("elsewhere", run());
    const message = expect.stringContaining("it is a symbolic link; take that away");
    await expect(open()).rejects.toMatchObject({ code: "RUN_NOT_WRITABLE", message });
  });

  it.each(["worker", "inline"] as const)(
    "and comes there while the run goes on is set aside, and never written through (%s)",
    async (thread) => {
      const stream = await open({ thread });
      stream.action("alice", "buy", { n: 1 });
      await stream.flush();
      rmSync(join(run(), "events.jsonl"));
      symlinkSync(join(parent, "absent"), join(run(), "events.jsonl"));
      stream.action("alice", "buy", { n: 2 });
      await stream.flush();
      await stream.close();
      expect(existsSync(join(parent, "absent"))).toBe(false);
      expect(lstatSync(join(run(), "events.jsonl")).isFile()).toBe(true);
      expect(readFileSync(join(run(), "events.jsonl"), "utf8")).toMatch(/"n":2(.|\n)*events_dropped/);
      expect(await verifyRun(run())).toMatchObject({ result: "loss", violations: [] });
    },
  );
});

describe("a file that is deleted just before the run is closed", () => {
  it.each([
    ["worker", "closed"],
    ["inline", "closed"],
    ["worker", "closed at the process's end"],
    ["inline", "closed at the process's end"],
  ] as const)("is told of in the log that begins then (%s, %s)", async (thread, how) => {
    const stream = await open({ thread });
    for (let n = 0; n < 5; n++) stream.action("alice", "buy", { n });
    await stream.flush();
    rmSync(join(run(), "events.jsonl"));
    if (how === "closed") await stream.close();
    else stream.closeNow({ status: "completed" });
    const lines = readFileSync(join(run(), "events.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { error_type: "events_dropped", details: { dropped: 6, were_written: 6 } },
      { milestone_type: "simulation_end" },
    ]);
    expect(stream.stats()).toMatchObject({ emitted: 8, written: 2, dropped: 6, pending: 0 });
    expect(stream.loss).toMatchObject({ dropped: 6, told: 6 });
    expect(await verifyRun(run())).toMatchObject({ result: "loss", violations: [] });
  });
});

import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyRun } from "../read/index.ts";
import { closedSegments, readManifest } from "../run/index.ts";
import { cutLog, nodeDisk } from "../write/index.ts";
import { type EventStreamOptions, openEventStream, repairRun } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-segments-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const run = () => join(output, "run");
const list = () => join(run(), "segments.jsonl");
const lines = () => (existsSync(list()) ? readFileSync(list(), "utf8").trimEnd().split("\n") : []);
const open = (options: Partial<EventStreamOptions> = {}) =>
  openEventStream({
    outputDir: output,
    simulationId: "run",
    signals: false,
    maxFileSize: "10KB",
    thread: "inline",
    ...options,
  });
const emit = (stream: Awaited<ReturnType<typeof open>>, count: number) => {
  for (let n = 0; n < count; n++) stream.action("alice", "buy", { n });
};

/** What the closed segments hold, in the form of the list. */
function expected(): object[] {
  return readdirSync(run())
    .filter((name) => /^events_.*\.jsonl$/.test(name))
    .sort()
    .map((file) => {
      const text = readFileSync(join(run(), file), "utf8");
      const ids = text
        .trimEnd()
        .split("\n")
        .map((line): string => JSON.parse(line).event_id);
      const [first_event_id, last_event_id] = [ids[0], ids.at(-1)];
      return { file, events: ids.length, bytes: Buffer.byteLength(text), first_event_id, last_event_id };
    });
}
const listed = () => closedSegments(run(), readManifest(run())).segments;

/** A run whose writer is gone in the middle of it, as a kill leaves it. */
async function killed(options: Partial<EventStreamOptions> = {}): Promise<void> {
  const stream = await open(options);
  emit(stream, 200);
  await stream.flush();
  cpSync(run(), `${run()}-copy`, { recursive: true });
  await stream.close();
  rmSync(run(), { recursive: true });
  renameSync(`${run()}-copy`, run());
  rmSync(join(run(), "writer.lock"));
}

describe("segments.jsonl", () => {
  it("has a line for each closed segment, from the moment it is closed, and its first says the format's version", async () => {
    const stream = await open();
    expect(existsSync(list())).toBe(false);
    const begun = statSync(join(run(), "run.json"));
    for (let round = 0; round < 5; round++) {
      emit(stream, 100);
      await stream.flush();
      expect(lines()).toHaveLength(stream.stats().segments - 1);
    }
    expect(lines().map((line): unknown => JSON.parse(line))).toMatchObject(expected());
    expect(JSON.parse(lines()[0] ?? "")).toHaveProperty("format_version", 1);
    // run.json is written at the beginning and at the end.
    expect(statSync(join(run(), "run.json")).ino).toBe(begun.ino);
    await stream.close();
    expect(readManifest(run())).not.toHaveProperty("segments");
    expect(listed()).toEqual(expected());
    expect((await verifyRun(run())).result).toBe("ok");
  });

  it("is made again where it is deleted or cut off while the run goes on", async () => {
    const stream = await open();
    emit(stream, 100);
    await stream.flush();
    rmSync(list());
    emit(stream, 100);
    await stream.flush();
    await new Promise((resolve) => setTimeout(resolve, 300));
    emit(stream, 100);
    await stream.flush();
    expect(listed()).toEqual(expected());
    writeFileSync(list(), "{}");
    await stream.close();
    expect(listed()).toEqual(expected());
  });

  it.each<[string, () => void]>([
    ["absent", () => rmSync(list())],
    ["empty", () => writeFileSync(list(), "")],
    ["without its last lines", () => writeFileSync(list(), `${lines().slice(0, 1).join("\n")}\n`)],
    ["torn", () => writeFileSync(list(), readFileSync(list(), "utf8").slice(0, -30))],
    [
      "wrong",
      () => writeFileSync(list(), readFileSync(list(), "utf8").replaceAll(/"events":\d+/g, '"events":9999')),
    ],
    [
      "that of other segments",
      () => writeFileSync(list(), readFileSync(list(), "utf8").replaceAll(/events_\d{4}/g, "events_2001")),
    ],
    ["something else", () => writeFileSync(list(), "\0\0[1]\n{}\n")],
  ])("that is %s is set right where the run goes on, and where it is repaired", async (_what, harm) => {
    await killed();
    harm();
    cpSync(run(), `${run()}-kept`, { recursive: true });
    const stream = await open();
    expect(listed()).toEqual(expected());
    emit(stream, 100);
    await stream.close();
    expect(listed()).toEqual(expected());
    expect(await verifyRun(run())).toMatchObject({ result: "loss", violations: [] });
    rmSync(run(), { recursive: true });
    renameSync(`${run()}-kept`, run());
    await repairRun(run());
    expect(listed()).toEqual(expected());
    expect(await verifyRun(run())).toMatchObject({ result: "loss", violations: [] });
  });

  it("of a run that has ended is set right by repair, which changes nothing else", async () => {
    const stream = await open();
    emit(stream, 200);
    await stream.close({ endedBy: "turns" });
    const manifest = readFileSync(join(run(), "run.json"), "utf8");
    expect(await repairRun(run())).toMatchObject({ repaired: false });
    writeFileSync(list(), '{"torn');
    expect(await repairRun(run())).toMatchObject({ repaired: true });
    expect(listed()).toEqual(expected());
    expect(readFileSync(join(run(), "run.json"), "utf8")).toBe(manifest);
    expect(await repairRun(run())).toMatchObject({ repaired: false });
  });

  it("lists the segments of a run that an older version began, whose run.json listed them, when that goes on", async () => {
    await killed();
    const old = { ...readManifest(run()), segments: listed() };
    writeFileSync(join(run(), "run.json"), JSON.stringify(old));
    rmSync(list());
    expect(closedSegments(run(), readManifest(run()))).toEqual({ file: "run.json", segments: expected() });
    expect((await verifyRun(run())).result).toBe("loss");
    const stream = await open();
    emit(stream, 100);
    await stream.close();
    expect(closedSegments(run(), readManifest(run()))).toEqual({
      file: "segments.jsonl",
      segments: expected(),
    });
  });

  it("goes with what is cut off a log", async () => {
    await killed();
    const [first = ""] = expected().map((segment) => String(Reflect.get(segment, "file")));
    cutLog(nodeDisk, run(), { file: first, offset: 0 });
    expect(existsSync(list())).toBe(false);
  });

  it("counts for nothing where the disk does not take it: the log goes on", async () => {
    const full = () => {
      throw Object.assign(new Error("ENOSPC: full"), { code: "ENOSPC" });
    };
    let isFull = true;
    const isList = (path: string) => path.includes("segments.jsonl");
    const disk = {
      ...nodeDisk,
      open: (path: string) => (isFull && isList(path) ? full() : nodeDisk.open(path)),
      create: (path: string) => (isFull && isList(path) ? full() : nodeDisk.create(path)),
    };
    const stream = await open({ disk });
    emit(stream, 300);
    await stream.flush();
    expect(stream.stats()).toMatchObject({ pending: 0, dropped: 0 });
    expect(stream.stats().last_error).toBeUndefined();
    expect(existsSync(list())).toBe(false);
    isFull = false;
    await stream.close();
    expect(listed()).toEqual(expected());
  });
});

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cleanLog, idOf, lineOf, runDirectory, textOf } from "../built-run.test.fixture.ts";
import { listSegments } from "./list-segments.ts";

const events = cleanLog();
const [first, second, third] = [
  textOf(events.slice(0, 4)),
  textOf(events.slice(4, 8)),
  textOf(events.slice(8)),
];
const EARLY = "events_2026-11-23_07-15-00-000000.jsonl";
const LATE = "events_2026-11-23_07-15-01-000000.jsonl";

async function filesOf(files: Readonly<Record<string, string | Buffer>>): Promise<string[]> {
  return (await listSegments(runDirectory(files))).map(({ file }) => file);
}

describe("the segments of a run", () => {
  it("are ordered by their first event, whatever their names", async () => {
    expect(await filesOf({ "events.jsonl": first, [EARLY]: third, [LATE]: second })).toEqual([
      "events.jsonl",
      LATE,
      EARLY,
    ]);
  });

  it("are ordered by name where the first event is the same", async () => {
    expect(await filesOf({ "events.jsonl": first, [LATE]: first, [EARLY]: first })).toEqual([
      EARLY,
      LATE,
      "events.jsonl",
    ]);
  });

  it("are ordered by name where their first events have one time, whatever the ids", async () => {
    const at = (id: number) => lineOf({ ...events[0], event_id: idOf(id) });
    const files = { "events.jsonl": at(1), [LATE]: at(2), [EARLY]: at(3) };
    expect(await filesOf(files)).toEqual([EARLY, LATE, "events.jsonl"]);
  });

  it("look past lines that are no event for the first one", async () => {
    const files = { "events.jsonl": `nonsense\n\n{}\n${second}`, [EARLY]: first };
    expect(await filesOf(files)).toEqual([EARLY, "events.jsonl"]);
  });

  it("may be compressed; where both forms exist the plain one counts", async () => {
    const directory = runDirectory({
      [EARLY]: first,
      [`${EARLY}.gz`]: gzipSync(first),
      [`${LATE}.gz`]: gzipSync(second),
    });
    expect(await listSegments(directory)).toMatchObject([
      { file: EARLY, compressed: false, active: false, bytes: Buffer.byteLength(first) },
      { file: `${LATE}.gz`, compressed: true, active: false, bytes: gzipSync(second).length },
    ]);
  });

  it("may be empty, and then come last", async () => {
    expect(await filesOf({ [EARLY]: "", "events.jsonl": "", [LATE]: first })).toEqual([
      LATE,
      EARLY,
      "events.jsonl",
    ]);
  });

  it("are none where the run has written nothing yet", async () => {
    expect(await filesOf({ "run.json": "{}" })).toEqual([]);
  });

  it("are not what only looks like one", async () => {
    const files = {
      "events.jsonl": first,
      "tape.jsonl": second,
      "events_2026.jsonl": second,
      "events.jsonl.gz": second,
    };
    expect(await filesOf(files)).toEqual(["events.jsonl"]);
  });

  it("may be links to another place in the directory that holds the run", async () => {
    const root = runDirectory({ "kept.jsonl": second });
    const directory = join(root, "run");
    mkdirSync(directory);
    writeFileSync(join(directory, EARLY), first);
    symlinkSync(join("..", "kept.jsonl"), join(directory, "events.jsonl"));
    expect((await listSegments(directory)).map(({ file }) => file)).toEqual([EARLY, "events.jsonl"]);
  });

  it.each([
    ["out of that directory", (outside: string) => join(outside, "events.jsonl"), "leads out of"],
    ["nowhere", (outside: string) => join(outside, "absent"), "leads nowhere"],
  ])("are refused, and said to be links, where they lead %s", async (_, target, reason) => {
    const root = runDirectory({});
    const directory = join(root, "run");
    mkdirSync(directory);
    writeFileSync(join(directory, EARLY), first);
    symlinkSync(target(runDirectory({ "events.jsonl": second })), join(directory, "events.jsonl"));
    await expect(listSegments(directory)).rejects.toMatchObject({
      code: "SEGMENT_UNREADABLE",
      message: expect.stringContaining(reason),
    });
  });

  it("are refused of a run whose format is newer than what is known", async () => {
    const directory = runDirectory({ "events.jsonl": first, "run.json": '{"format_version":3,"new":true}' });
    await expect(listSegments(directory)).rejects.toMatchObject({
      code: "FORMAT_NEWER",
      message: `${join(directory, "run.json")} is of format version 3, and this llm-sim knows versions up to 2: update llm-sim`,
    });
  });

  it.each([
    ["a directory that is not there", () => join(runDirectory({}), "nowhere")],
    ["a file", () => join(runDirectory({ "events.jsonl": first }), "events.jsonl")],
    ["a directory with other things in it", () => runDirectory({ "notes.txt": "hello" })],
  ])("are refused of %s", async (_what, directory) => {
    await expect(listSegments(directory())).rejects.toMatchObject({ code: "NOT_A_RUN" });
  });
});

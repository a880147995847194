import { renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cleanLog, idOf, lineOf, runDirectory, textOf } from "../built-run.test.fixture.ts";
import { walkSegments } from "./walk-segments.ts";

const events = cleanLog();
const [first, second, third] = [
  textOf(events.slice(0, 4)),
  textOf(events.slice(4, 8)),
  textOf(events.slice(8)),
];
const CLOSED = "events_2026-11-23_07-15-00-003000.jsonl";
const CLOSED_LATER = "events_2026-11-23_07-15-00-007000.jsonl";

/** Reads a run, of which something changes after its first batch. */
async function readWhile(directory: string, change: () => void): Promise<string> {
  let text = "";
  let changed = false;
  for await (const { lines } of walkSegments(directory)) {
    for (const { bytes } of lines) text += `${bytes.toString()}\n`;
    if (!changed) change();
    changed = true;
  }
  return text;
}

describe("reading a run that is being written", () => {
  it("finds the active segment again after a rotation, and what comes after it", async () => {
    const directory = runDirectory({ [CLOSED]: first, "events.jsonl": second });
    const text = await readWhile(directory, () => {
      renameSync(join(directory, "events.jsonl"), join(directory, CLOSED_LATER));
      writeFileSync(join(directory, "events.jsonl"), third);
    });
    expect(text).toBe(first + second + third);
  });

  it("finds a segment again that was compressed meanwhile", async () => {
    const directory = runDirectory({ [CLOSED]: first, [CLOSED_LATER]: second, "events.jsonl": third });
    const text = await readWhile(directory, () => {
      writeFileSync(join(directory, `${CLOSED}.gz`), gzipSync(first));
      writeFileSync(join(directory, `${CLOSED_LATER}.gz`), gzipSync(second));
      unlinkSync(join(directory, CLOSED));
      unlinkSync(join(directory, CLOSED_LATER));
    });
    expect(text).toBe(first + second + third);
  });

  it("finds the first one again where none has been read yet", async () => {
    const directory = runDirectory({ "events.jsonl": first });
    const walk = walkSegments(directory);
    const reading = walk.next();
    renameSync(join(directory, "events.jsonl"), join(directory, CLOSED));
    writeFileSync(join(directory, "events.jsonl"), second);
    let text = "";
    for (let result = await reading; !result.done; result = await walk.next()) {
      for (const { bytes } of result.value.lines) text += `${bytes.toString()}\n`;
    }
    expect(text).toBe(first + second);
  });

  it("reads each segment once where all begin at one moment", async () => {
    const at = (id: number) => lineOf({ ...events[0], event_id: idOf(id) });
    const directory = runDirectory({ [CLOSED]: at(3), [CLOSED_LATER]: at(1), "events.jsonl": at(2) });
    const text = await readWhile(directory, () => {
      for (const [file, id] of [
        [CLOSED, 3],
        [CLOSED_LATER, 1],
      ] as const) {
        writeFileSync(join(directory, `${file}.gz`), gzipSync(at(id)));
        unlinkSync(join(directory, file));
      }
    });
    expect(text).toBe(at(3) + at(1) + at(2));
  });
});

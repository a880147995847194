import { fork } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { appendNote, MAX_NOTES_BYTES, type NoteDraft, readNotes } from "./index.ts";

const EVENT = "01KAR8B1C0A1B2C000000000F7";
let run: string;
let path: string;

beforeEach(() => {
  run = join(mkdtempSync(join(tmpdir(), "llm-sim-notes-")), "run");
  mkdirSync(run);
  path = join(run, "notes.jsonl");
});
afterEach(() => rmSync(join(run, ".."), { recursive: true, force: true }));

const texts = () => readNotes(run).notes.map(({ text }) => text);

describe("the notes of a run", () => {
  it("are none where there is no file", () => {
    expect(readNotes(run)).toEqual({ notes: [], badLines: 0 });
  });

  it("are a line each, with an id and a time, about the run, a turn or an event", async () => {
    const about = await appendNote(run, {
      text: "it collapses\nat last",
      event_id: EVENT,
      turn: 12,
      author: "ann",
    });
    expect(about).toEqual({
      note_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      event_id: EVENT,
      turn: 12,
      author: "ann",
      text: "it collapses\nat last",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    await appendNote(run, { text: "of the run" });
    expect(readNotes(run)).toEqual({
      notes: [about, expect.objectContaining({ text: "of the run" })],
      badLines: 0,
    });
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(3);
    expect(existsSync(join(run, "notes.lock"))).toBe(false);
  });

  it("are replaced by a later line of the same id, and stay where they stood", async () => {
    const first = await appendNote(run, { text: "one", turn: 3, author: "ann" });
    await appendNote(run, { text: "two" });
    const changed = await appendNote(run, { note_id: first.note_id, text: "uno" });
    expect(changed).toMatchObject({ note_id: first.note_id, turn: 3, author: "ann", text: "uno" });
    expect(texts()).toEqual(["uno", "two"]);
    expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(3);
  });

  it("are taken away by an empty text, and only where they are", async () => {
    const { note_id } = await appendNote(run, { text: "one" });
    await appendNote(run, { note_id, text: "" });
    expect(texts()).toEqual([]);
    await expect(appendNote(run, { note_id, text: "" })).rejects.toMatchObject({ code: "NOTE_NOT_FOUND" });
    await expect(appendNote(run, { text: "" })).rejects.toMatchObject({ code: "NOTE_NOT_FOUND" });
    expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(2);
  });

  it("survive a torn last line, which is left as it is and counted, as whatever is no note", async () => {
    await appendNote(run, { text: "whole" });
    appendFileSync(path, 'not json\n\n{"note_id":"x"}\n{"note_id":"torn","text":"half of i');
    expect(readNotes(run)).toMatchObject({ notes: [{ text: "whole" }], badLines: 3 });
    const before = readFileSync(path, "utf8");
    await appendNote(run, { text: "after" });
    expect(readFileSync(path, "utf8").startsWith(before)).toBe(true);
    expect(readNotes(run)).toMatchObject({ notes: [{ text: "whole" }, { text: "after" }], badLines: 3 });
  });

  it("keep what other hands wrote into them: unknown members, CRLF, a mark, a last line without its end", async () => {
    const line = JSON.stringify({
      note_id: "n",
      text: "a",
      time: "2026-11-26T10:00:00.000000Z",
      colour: "red",
    });
    writeFileSync(path, `\uFEFF${line}\r\n`);
    expect(readNotes(run)).toMatchObject({ notes: [{ text: "a", colour: "red" }], badLines: 0 });
    expect(await appendNote(run, { note_id: "n", text: "b" })).toMatchObject({ colour: "red", text: "b" });
    writeFileSync(path, line);
    expect(texts()).toEqual(["a"]);
  });

  it("come back as they were written, whatever is in them", async () => {
    const draft = fc.record(
      {
        text: fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
        author: fc.string({ minLength: 1, maxLength: 20 }),
        turn: fc.nat(1e6),
      },
      { requiredKeys: ["text"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(draft, { maxLength: 5 }), async (drafts: NoteDraft[]) => {
        rmSync(path, { force: true });
        for (const one of drafts) await appendNote(run, one);
        expect(readNotes(run)).toMatchObject({ notes: drafts, badLines: 0 });
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    [{ text: "x".repeat(16_385) }, "NOTE_INVALID"],
    [{ text: "x", turn: -1 }, "NOTE_INVALID"],
    [{ text: "x", event_id: "no id" }, "NOTE_INVALID"],
    [{ text: "x", note_id: "" }, "NOTE_INVALID"],
  ])("are bounded: %o", async (draft, code) => {
    await expect(appendNote(run, draft)).rejects.toMatchObject({ code });
    expect(existsSync(path)).toBe(false);
  });

  it("are no more than there may be, and nowhere else", async () => {
    writeFileSync(path, `${" ".repeat(MAX_NOTES_BYTES - 10)}\n`);
    await expect(appendNote(run, { text: "x" })).rejects.toMatchObject({ code: "NOTES_FULL" });
    appendFileSync(path, "            ");
    expect(() => readNotes(run)).toThrow("larger than notes may be");
    rmSync(path);
    writeFileSync(join(run, "..", "..", "llm-sim-elsewhere"), "kept");
    symlinkSync(join(run, "..", "..", "llm-sim-elsewhere"), path);
    await expect(appendNote(run, { text: "x" })).rejects.toThrow();
    expect(readFileSync(join(run, "..", "..", "llm-sim-elsewhere"), "utf8")).toBe("kept");
    rmSync(join(run, "..", "..", "llm-sim-elsewhere"));
  });

  it("are all there when several programs write at once, and a lock that a dead one left is taken over", async () => {
    writeFileSync(
      join(run, "notes.lock"),
      JSON.stringify({
        version: 2,
        host: (await import("node:os")).hostname(),
        pid: 2 ** 22 + 1,
        process_start: "1",
      }),
    );
    const writer = join(import.meta.dirname, "writer.fixture.mjs");
    await Promise.all(
      ["a", "b", "c"].map(
        (name) =>
          new Promise<void>((resolve, reject) => {
            fork(writer, [run, name, "15"], { stdio: "inherit" }).on("exit", (code) =>
              code === 0 ? resolve() : reject(new Error(`${name}: ${code}`)),
            );
          }),
      ),
    );
    const { notes, badLines } = readNotes(run);
    expect([notes.length, badLines]).toEqual([45, 0]);
    for (const name of ["a", "b", "c"])
      expect(notes.filter(({ author }) => author === name).map(({ turn }) => turn)).toEqual(
        Array.from({ length: 15 }, (_, n) => n),
      );
  }, 30_000);
});

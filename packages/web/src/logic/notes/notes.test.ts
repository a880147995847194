import type { Note } from "@llm-sim/api";
import { describe, expect, it } from "vitest";
import { draftOf, inOrder, noteFlags, notesAbout, textsByEvent } from "./index.ts";

const note = (text: string, about: Partial<Note> = {}): Note => ({
  note_id: text,
  text,
  time: "2026-11-26T10:00:00.000000Z",
  ...about,
});
const notes = [
  note("of the event", { event_id: "e1", turn: 4 }),
  note("of the turn", { turn: 4 }),
  note("of the run"),
  note("again", { event_id: "e1", turn: 4 }),
  note("earlier", { turn: 1 }),
];
const textsOf = (some: readonly Note[]) => some.map(({ text }) => text);

describe("notes", () => {
  it("are about an event, a turn or the run, and about nothing else besides", () => {
    expect(textsOf(notesAbout(notes, { event_id: "e1" }))).toEqual(["of the event", "again"]);
    expect(textsOf(notesAbout(notes, { turn: 4 }))).toEqual(["of the turn"]);
    expect(textsOf(notesAbout(notes, {}))).toEqual(["of the run"]);
  });

  it("stand together beside their event's row", () => {
    expect([...textsByEvent(notes)]).toEqual([["e1", "of the event\n\nagain"]]);
  });

  it("are listed as the run went", () => {
    expect(textsOf(inOrder(notes))).toEqual([
      "of the run",
      "earlier",
      "of the event",
      "of the turn",
      "again",
    ]);
  });

  it("have words in them, and a name where one is given", () => {
    expect(draftOf("  \n ", "ann")).toBeUndefined();
    expect(draftOf(" a\nb ", "  ")).toEqual({ text: "a\nb" });
    expect(draftOf("a", " ann ")).toEqual({ text: "a", author: "ann" });
  });
});

describe("flags of notes", () => {
  const flags = (some: readonly Note[], axis: "turn" | "time", to: number, from = 0) =>
    noteFlags(some, axis, { from, to }).map(({ share, notes: own }) => [share, ...textsOf(own)]);

  it("stand in the middle of their turns, those near each other together, those about the run nowhere", () => {
    expect(flags(notes, "turn", 10)).toEqual([
      [0.15, "earlier"],
      [0.45, "of the event", "of the turn", "again"],
    ]);
  });

  it("stand by time where an event's id says it", () => {
    // 01KAR8B1C0 is 2025-11-23T11:42:11.840Z.
    const at = note("then", { event_id: "01KAR8B1C0A1B2C000000000F7", turn: 3 });
    const time = Date.UTC(2025, 10, 23, 11, 42, 11, 840) * 1000;
    expect(flags([at, note("a turn", { turn: 3 })], "time", time + 1e6, time - 1e6)).toEqual([[0.5, "then"]]);
  });

  it("of turns that the run has not are nowhere", () => {
    expect(flags([note("far", { turn: 99 })], "turn", 10)).toEqual([]);
  });
});

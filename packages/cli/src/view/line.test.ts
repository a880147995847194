import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { below, EMPTY, line, numbered, terminalText, text, withIds } from "./line.ts";

const ID = "01KATN0000ABCDEFGHJKMN0001";
const OTHER = "01KATN0000ABCDEFGHJKMN0002";
const pipe = { color: false, columns: 80, isTerminal: false };
const terminal = (columns: number) => ({ color: true, columns, isTerminal: true });
const YELLOW = "\u001b[33m";
const CYAN = "\u001b[36m";
const BOLD = "\u001b[1m";
const DIM = "\u001b[2m";

describe("lines for a person", () => {
  it("have their marks, and the ids of the events they are about behind them", () => {
    const lines = [
      text("fish was 9."),
      EMPTY,
      ...numbered([["ann fished.", ...withIds(ID)], ["bob slept."]]),
      below("set in"),
      line("gap", "Something is missing.", ...withIds(ID, OTHER)),
      line("place", "turn 3 @@"),
      line("left", { event_id: ID }, "  9"),
      line("right", { event_id: OTHER }, "  8"),
    ];
    expect(terminalText(lines, pipe)).toBe(`fish was 9.

1. ann fished. [${ID}]
2. bob slept.
  set in
! Something is missing. [${ID} | ${OTHER}]
@@ turn 3 @@
- ${ID}  9
+ ${OTHER}  8
`);
  });

  it("are painted by their kind, an id in every one of them by being one", () => {
    const painted = (...lines: Parameters<typeof terminalText>[0]) => terminalText(lines, terminal(100));
    expect(painted(line("gap", "lost"))).toContain(YELLOW);
    expect(painted(line("left", "9"))).toContain(YELLOW);
    expect(painted(line("right", "9"))).toContain(CYAN);
    expect(painted(line("place", "turn 3"))).toContain(BOLD);
    expect(painted(line("right", { event_id: ID }, " 9"))).toContain(`${DIM}${ID}`);
  });

  it.each(["! lost", "+ 8", "- 9", "@@ turn 3", `see ${ID}`, `1. [${ID}]`, `"! ${ID}"`])(
    "of which the log says what looks like a mark or an id are left as they are: %s",
    (said) => {
      expect(terminalText([text(said), below(said), ...numbered([[said]])], terminal(100))).toBe(
        `${said}\n  ${said}\n1. ${said}\n`,
      );
    },
  );

  it("go on below on a terminal behind what they begin with, an id whole and painted in whichever row it stands", () => {
    const lines = [line("gap", "one two three four", ...withIds(ID)), text("one two three four five")];
    expect(terminalText(lines, { ...terminal(18), color: false }).split("\n")).toEqual([
      "! one two three",
      "  four",
      `  [${ID}]`,
      "one two three four",
      "  five",
      "",
    ]);
    expect(terminalText(lines, terminal(18)).split("\n")[2]).toContain(`${DIM}${ID}\u001b[22m`);
  });

  it("are as many as they were, whatever the log says, and safe on a terminal", () => {
    const words = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words)), (said) => {
        const lines = said.map(([first, second]) => text(first, ...withIds(ID), second));
        const shown = terminalText(lines, pipe);
        expect(shown.split("\n").length - 1).toBe(said.length);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

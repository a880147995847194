import { describe, expect, it } from "vitest";
import { type SkippedLine, SkippedLines } from "./skipped-lines.ts";

const line = (reason: string): SkippedLine => ({ file: "events.jsonl", line: 1, offset: 0, reason });

describe("lines that were passed over", () => {
  it("are told by where they stand, one stretch for those that stand together, however many they are", () => {
    const skipped = new SkippedLines();
    for (let at = 0; at < 5000; at++) skipped.add(line("no JSON"), 0, 7);
    skipped.add(line("no JSON"), 0, 9);
    skipped.add(line("no JSON"), 1, 9);
    const stretches = [
      { segment: 0, row: 7, lines: 5000, events: 5000 },
      { segment: 0, row: 9, lines: 1, events: 1 },
      { segment: 1, row: 9, lines: 1, events: 1 },
    ];
    expect([...skipped.unreadable()]).toEqual(stretches);
    expect(skipped).toMatchObject({ count: 5002 });
    expect(skipped.first).toHaveLength(1000);
    const saved = new SkippedLines(skipped.save());
    saved.add(line("512 zero bytes"), 1, 9);
    expect([...saved.unreadable()].at(-1)).toEqual({ segment: 1, row: 9, lines: 2, events: 1 });
  });

  it("are counted and described where their event is only repeated, and make no stretch", () => {
    const skipped = new SkippedLines();
    skipped.add(line("repeated"), 0, 3);
    expect([...skipped.unreadable()]).toEqual([]);
    expect(skipped).toMatchObject({ count: 1, first: [{ reason: "repeated" }] });
  });
});

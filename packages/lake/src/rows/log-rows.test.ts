import { SeenIds } from "@llm-sim/events/read";
import { sampleEvent } from "@llm-sim/events/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENDING_BYTES } from "../tables/index.ts";
import { type Chunk, type LogRow, SegmentRows } from "./log-rows.ts";

/** The ids of the lines that `eventLine` makes. */
async function* ids(chunks: readonly Chunk[]): AsyncGenerator<string, void, undefined> {
  const text = Buffer.concat(chunks.flatMap((chunk) => ("damage" in chunk ? [] : [chunk]))).toString();
  for (const [, id] of text.matchAll(/"event_id":"(\w+)"/g)) if (id !== undefined) yield id;
}

/** Rows with what they are of bytes. */
async function rowsOf(chunks: readonly Chunk[], start = 0, from = 0) {
  const segment = new SegmentRows(start, from, new SeenIds(() => ids(chunks)));
  const found: { kind: LogRow["kind"]; place: number; text: string }[] = [];
  const keep = (row: LogRow) => {
    const bytes =
      row.kind === "event"
        ? Buffer.concat([row.line, ENDING_BYTES[row.ending]])
        : "bytes" in row
          ? Buffer.from(row.bytes)
          : Buffer.alloc(0);
    found.push({ kind: row.kind, place: row.place, text: bytes.toString("latin1") });
  };
  for (const chunk of chunks) for await (const row of segment.push(chunk)) keep(row);
  for await (const row of segment.end()) keep(row);
  return found;
}

const cut = (text: string, size: number): Buffer[] => {
  const bytes = Buffer.from(text, "latin1");
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    Buffer.from(bytes.subarray(at * size, (at + 1) * size)),
  );
};

const eventLine = (number: number) =>
  JSON.stringify({ ...sampleEvent("ACTION"), event_id: `01JAAAAAAAAAAAAAAAAAAAAA${10 + number}` });

describe("the rows of a segment", () => {
  it("are all of its bytes, one behind the other, the same however the bytes come", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.oneof(
              fc.integer({ min: 0, max: 40 }).map(eventLine),
              fc.constantFrom("", " ", "\ufeff", "no event", '{"a":', "\u00ff\u00fe", "\r"),
            ),
            fc.constantFrom("\n", "\r\n", "\n\n"),
          ),
          { maxLength: 12 },
        ),
        fc.constantFrom("", "no newline", eventLine(50)),
        fc.integer({ min: 1, max: 700 }),
        async (lines, last, size) => {
          const text = Buffer.from(lines.flat().join("") + last).toString("latin1");
          const rows = await rowsOf(cut(text, size), 1000);
          expect(rows.map((row) => row.text).join("")).toBe(text);
          let end = 1000;
          for (const row of rows) {
            expect(row.place).toBe(end);
            end += row.text.length;
          }
          expect(rows).toEqual(await rowsOf(cut(text, text.length || 1), 1000));
        },
      ),
      { numRuns: 60 },
    ));

  it("are events, lines that are none, and what is between them", async () => {
    const rows = await rowsOf([
      Buffer.from(`${eventLine(1)}\r\n\nno event\n${eventLine(1)}\n${eventLine(2)}`),
    ]);
    expect(rows.map(({ kind }) => kind)).toEqual(["event", "between", "skipped", "skipped", "event"]);
  });

  it("go on in the middle of a segment", async () => {
    const text = `${eventLine(1)}\n${eventLine(2)}\n`;
    const [, second] = await rowsOf([Buffer.from(text)], 50);
    const from = (second?.place ?? 0) - 50;
    expect(await rowsOf([Buffer.from(text.slice(from))], 50, from)).toEqual([second]);
  });

  it("say where bytes of a compressed one cannot be had", async () => {
    const line = `${eventLine(1)}\n`;
    const rows = await rowsOf([
      Buffer.from(line),
      Buffer.from('{"half":'),
      { damage: "a bit" },
      Buffer.from(`${eventLine(2)}\n`),
    ]);
    expect(rows.map(({ kind, place }) => [kind, place])).toEqual([
      ["event", 0],
      ["between", line.length],
      ["damaged", line.length + 8],
      ["event", line.length + 8],
    ]);
  });
});

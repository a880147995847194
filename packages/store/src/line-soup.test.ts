import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repairRun } from "@llm-sim/events";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Run } from "./port/index.ts";
import { openStore } from "./store.ts";
import { inTemporaryDirectory } from "./testing/temporary-directory.ts";

const ID = "soup";
const START = Date.UTC(2026, 10, 25, 10);

const idOf = (number: number) => `01M892BP8A0000000000000${String(number).padStart(3, "0")}`;

function event(number: number, more = ""): string {
  const time = new Date(START + number * 10).toISOString().replace("Z", "000Z");
  return `{"event_id":"${idOf(number)}","timestamp":"${time}","turn_number":1,"event_type":"DETAIL","simulation_id":"${ID}","calculation_type":"c","intermediate_values":{"n":${number}}${more}}`;
}

/** Of what logs are found to be made. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.nat(20).map((number) => event(number)) },
  { weight: 6, arbitrary: fc.nat(20).map((number) => `${event(number)}\n`) },
  { weight: 2, arbitrary: fc.nat(20).map((number) => `${event(number)}\r\n`) },
  {
    weight: 1,
    arbitrary: fc
      .nat(20)
      .map((number) => `${event(number, ',"note":"größer"').replace("Z", "+00:00").replace("{", "{ ")}\n`),
  },
  { weight: 1, arbitrary: fc.nat(20).map((number) => event(number).slice(0, 90)) },
  { weight: 1, arbitrary: fc.nat(20).map((number) => event(number, `,"deep":${"[".repeat(1200)}`)) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "\0",
      "\0\0\0\0",
      "\n",
      "\r",
      "\r\n",
      "  ",
      "\t",
      "\ufeff",
      "{",
      "}",
      "null\n",
    ),
  },
);
const soup = fc.array(piece, { maxLength: 14 }).map((pieces) => Buffer.from(pieces.join("")));

interface Seen {
  events: string[];
  skipped: string[];
}

async function readBy(directory: string): Promise<Seen> {
  const seen: Seen = { events: [], skipped: [] };
  const onSkipped = ({ line, offset, reason }: { line: number; offset: number; reason: string }) =>
    seen.skipped.push(`${line}:${offset} ${reason}`);
  for await (const { event: one } of readEvents(directory, { onSkipped })) seen.events.push(one.event_id);
  return seen;
}

async function askedOf(run: Run): Promise<Seen> {
  const events = (await run.query()).events().map(({ event_id }) => event_id);
  const { count, lines } = await run.skippedLines();
  const skipped = lines.map(({ line, offset, reason }) => `${line}:${offset} ${reason}`);
  expect(skipped).toHaveLength(count);
  return { events, skipped };
}

const sorted = ({ events, skipped }: Seen): Seen => ({ events: events.toSorted(), skipped });

describe("a log of whatever bytes", () => {
  it("holds the same events and skipped lines for reader, verify, recovery, index and follower", async () => {
    let both = 0;
    await fc.assert(
      fc.asyncProperty(soup, fc.array(fc.nat(400), { maxLength: 4 }), async (bytes, cuts) => {
        await inTemporaryDirectory(async (output) => {
          const directory = join(output, ID);
          mkdirSync(directory);
          const log = join(directory, "events.jsonl");

          // The follower sees it grow; it is asked after each piece.
          writeFileSync(log, "");
          const following = openStore(output);
          const followed = await following.openRun(ID);
          let at = 0;
          for (const size of [...cuts, bytes.length]) {
            appendFileSync(log, bytes.subarray(at, at + size));
            at += size;
            expect(sorted(await askedOf(followed))).toEqual(sorted(await readBy(directory)));
          }
          await following.close();

          const seen = await readBy(directory);
          if (seen.events.length > 0 && seen.skipped.length > 0) both++;
          const store = openStore(output);
          expect(sorted(await askedOf(await store.openRun(ID)))).toEqual(sorted(seen));
          await store.close();

          const report = await verifyRun(directory);
          expect(report.events).toBe(seen.events.length);
          const rules = ["line", "schema", "id-unique"];
          expect(
            report.violations
              .filter(({ rule }) => rules.includes(rule))
              .map(({ line, offset }) => `${line}:${offset}`),
          ).toEqual(seen.skipped.map((line) => line.split(" ")[0]));

          writeFileSync(
            join(directory, "run.json"),
            JSON.stringify({
              simulation_id: ID,
              status: "running",
              verbosity: "DETAIL",
              start_time: "2026-11-25T10:00:00.000000Z",
              counts: { emitted: 0, written: 0, dropped: 0, suppressed: 0, pending: 0 },
              segments: [],
            }),
          );
          const isNative = (await verifyRun(directory)).dialect === "native";
          const repair = await repairRun(directory).catch((error: Error) => error);
          if (repair instanceof Error) {
            expect(repair.message).toMatch(/was written by another tool/);
            expect(isNative).toBe(false);
            return;
          }
          const after = await readBy(directory);
          expect(after.events).toHaveLength(repair.written);
          expect(after.events.slice(0, seen.events.length)).toEqual(seen.events);
        });
      }),
      { numRuns: 40 },
    );
    expect(both).toBeGreaterThan(5);
  });
});

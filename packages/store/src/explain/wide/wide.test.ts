import { widestAnswerSchema } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lake, told } from "../told-run.test.fixture.ts";
import { BitCounts } from "./bit-counts.ts";

describe("BitCounts", () => {
  it("counts how often each bit was set", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.integer()), { maxLength: 200 }), (sets) => {
        const counts = new BitCounts(2);
        for (const [low, high] of sets) counts.add(Uint32Array.from([0, low, high]), 1);
        for (let bit = 0; bit < 64; bit++) {
          const expected = sets.filter((set) => (((set[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1).length;
          expect(counts.of(bit)).toBe(expected);
        }
      }),
    );
  });
});

describe("the decisions that most follows from", () => {
  it("are counted as by following each one's effects", async () => {
    const takes = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(takes, fc.nat(4), (amounts, horizon) =>
        told(
          lake(amounts.length, { take: (agent, turn) => amounts[turn - 1]?.[agent === "ann" ? 0 : 1] ?? 0 }),
          async ({ explain, events }) => {
            const answer = widestAnswerSchema.parse(await explain.widest({ horizon, limit: 100 }));
            const expected = events.flatMap((event) =>
              event.event_type === "DECISION" ? [followed(event, events, event.turn_number + horizon)] : [],
            );
            expect(answer.total).toBe(expected.length);
            expect(
              answer.decisions.map(({ event_id, events: count, changes }) => ({ event_id, count, changes })),
            ).toEqual(
              expected.toSorted(
                (a, b) => b.changes - a.changes || b.count - a.count || (a.event_id < b.event_id ? -1 : 1),
              ),
            );
          },
        ),
      ),
      { numRuns: 30 },
    );
  });

  it("are told in a sentence each", () =>
    told(lake(3), async ({ explain }) => {
      const { decisions } = await explain.widest({ limit: 1, horizon: 0 });
      expect(decisions.map(({ sentence }) => sentence)).toEqual([
        "In turn 1 ann decided on fish: 10; that led to 3 events, 2 changes of the state among them.",
      ]);
    }));
});

function followed(
  start: Event,
  events: readonly Event[],
  lastTurn: number,
): { event_id: string; count: number; changes: number } {
  const reached = new Set([start.event_id]);
  let [count, changes] = [0, 0];
  for (const event of events) {
    if (event.event_type === "MILESTONE" || event.turn_number > lastTurn) continue;
    if (!event.caused_by?.some((cause) => reached.has(cause))) continue;
    reached.add(event.event_id);
    count++;
    if (event.event_type === "STATE") changes++;
  }
  return { event_id: start.event_id, count, changes };
}

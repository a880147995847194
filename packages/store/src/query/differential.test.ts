import { join } from "node:path";
import { readEvents, type SkippedLine } from "@llm-sim/events/read";
import { EVENT_TYPES, type EventFilterInput, formatTimestamp } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStore } from "../store.ts";
import { AGENTS, type AnyLog, anyLog, START } from "../testing/any-log.ts";
import { bruteForce } from "../testing/brute-force.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun } from "../testing/write-run.ts";

const RUNS = 80;
const FILTERS_PER_LOG = 12;

// The very times of events come often: limits are inclusive.
const moment = (times: readonly number[]): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(...times), fc.integer({ min: START - 2, max: START + 3000 })).map(formatTimestamp);
const agents = fc.array(fc.constantFrom(...AGENTS, "nobody"), { maxLength: 3 });

/** Spans that end before they begin are refused. */
function withSpansInOrder(filter: EventFilterInput): EventFilterInput {
  const { start_timestamp: from, end_timestamp: to, turn_start: first, turn_end: last } = filter;
  return {
    ...filter,
    ...(from !== undefined && to !== undefined && from > to && { start_timestamp: to, end_timestamp: from }),
    ...(first !== undefined && last !== undefined && first > last && { turn_start: last, turn_end: first }),
  };
}

const criteria = ({ ids, times }: AnyLog): fc.Arbitrary<EventFilterInput> =>
  fc
    .record(
      {
        start_timestamp: moment(times),
        end_timestamp: moment(times),
        event_types: fc.array(fc.constantFrom(...EVENT_TYPES), { maxLength: 4 }),
        agent_ids: agents,
        involving: agents,
        turn_start: fc.nat(30),
        turn_end: fc.nat(30),
        caused_by: fc.constantFrom(...ids),
        q: fc.constantFrom(
          "",
          "trade",
          "TR",
          "überfall",
          'e "x',
          "\\",
          "of nobody",
          "\u0001",
          "amount",
          "17",
        ),
        in: fc.constantFrom("description" as const, "payload" as const),
      },
      { requiredKeys: [] },
    )
    .map(withSpansInOrder);

const paging = fc.record(
  { limit: fc.integer({ min: 1, max: 40 }), offset: fc.nat(20) },
  { requiredKeys: [] },
);

interface Case {
  log: AnyLog;
  filters: EventFilterInput[];
  pages: { limit?: number; offset?: number };
  compressed: number;
  closed: boolean;
  lineEnd: string;
}

const cases = (isOrdered: boolean): fc.Arbitrary<Case> =>
  anyLog({ isOrdered }).chain((log) =>
    fc.record({
      log: fc.constant(log),
      filters: fc.array(criteria(log), { minLength: FILTERS_PER_LOG, maxLength: FILTERS_PER_LOG }),
      pages: paging,
      compressed: fc.nat(7),
      closed: fc.boolean(),
      lineEnd: fc.constantFrom("\n", "\n", "\r\n"),
    }),
  );

async function withRun(
  { log, compressed, closed, lineEnd }: Case,
  work: (
    run: Awaited<ReturnType<ReturnType<typeof openStore>["openRun"]>>,
    directory: string,
  ) => Promise<void>,
): Promise<void> {
  await inTemporaryDirectory(async (output) => {
    const directory = join(output, "any-run");
    writeRun(directory, {
      segments: log.segments,
      isCompressed: (n) => ((compressed >> (n % 3)) & 1) === 1,
      closed,
      lineEnd,
    });
    const store = openStore(output);
    await work(await store.openRun("any-run"), directory);
    await store.close();
  });
}

describe.each([
  ["a log in order", true],
  ["a log whose ids, times and turns go back and forth", false],
])("queries over %s", (_, isOrdered) => {
  it("answer every combination of filters as reading all lines does", async () => {
    await fc.assert(
      fc.asyncProperty(cases(isOrdered), async (given) => {
        await withRun(given, async (run, directory) => {
          for (const filter of given.filters) {
            const expected = await bruteForce(directory, filter);
            const { limit = 1000, offset = 0 } = given.pages;
            const page = await run.query({ ...filter, ...given.pages });
            expect(page.events()).toEqual(expected.slice(offset, offset + limit));
            expect(page.total).toBe(expected.length);
            expect(page.has_more).toBe(offset + limit < expected.length);
          }
        });
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  it("skip the lines that reading all lines skips, and say where they are", async () => {
    await fc.assert(
      fc.asyncProperty(cases(isOrdered), async (given) => {
        await withRun(given, async (run, directory) => {
          const skipped: SkippedLine[] = [];
          const read: number[] = [];
          for await (const { line } of readEvents(directory, { onSkipped: (place) => skipped.push(place) }))
            read.push(line);
          expect((await run.query()).total).toBe(read.length);
          const byPlace = (a: SkippedLine, b: SkippedLine): number =>
            a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
          const { count, lines } = await run.skippedLines();
          expect(lines.toSorted(byPlace)).toEqual(
            skipped
              .map(({ file, line, offset, reason }) => ({ file, line, offset, reason }))
              .toSorted(byPlace),
          );
          expect(count).toBe(skipped.length);
        });
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  it("give pages, by cursor and by offset, that make up the whole", async () => {
    await fc.assert(
      fc.asyncProperty(cases(isOrdered), fc.integer({ min: 1, max: 9 }), async (given, limit) => {
        await withRun(given, async (run, directory) => {
          for (const filter of given.filters.slice(0, 4)) {
            const expected = (await bruteForce(directory, filter)).map(({ event_id }) => event_id);
            const byCursor: string[] = [];
            for (
              let cursor: string | undefined, isFirst = true;
              isFirst || cursor !== undefined;
              isFirst = false
            ) {
              const page = await run.query({ ...filter, limit, ...(cursor === undefined ? {} : { cursor }) });
              expect(page.total).toBe(expected.length);
              byCursor.push(...page.events().map(({ event_id }) => event_id));
              cursor = page.next_cursor;
            }
            expect(byCursor).toEqual(expected);
            const byOffset: string[] = [];
            for (let offset = 0; offset < expected.length; offset += limit) {
              byOffset.push(
                ...(await run.query({ ...filter, limit, offset })).events().map(({ event_id }) => event_id),
              );
            }
            expect(byOffset).toEqual(expected);
          }
        });
      }),
      { numRuns: RUNS / 2 },
    );
  }, 120_000);
});

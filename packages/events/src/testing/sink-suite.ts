import { deepEqual, equal, ok } from "node:assert/strict";
import { openEventStream } from "../open/index.ts";
import { eventSchema } from "../schema/index.ts";
import type { Sink } from "../write/index.ts";

/** A sink that was just made, and a look at what has arrived where it sends its lines. */
export interface SinkUnderTest {
  sink: Sink;
  /** The lines that are there, in order, without their newlines. Asked after `flush` or `close`. */
  lines: () => readonly string[] | Promise<readonly string[]>;
  /** Releases what the test made, whatever came of it. */
  dispose?: () => void | Promise<void>;
}

export interface SinkTest {
  name: string;
  run: () => Promise<void>;
}

/**
 * The tests that every sink has to pass, for any test runner.
 *
 *     import { it } from "node:test"; // or vitest, jest …
 *     import { sinkSuite } from "@llm-sim/events/testing";
 *
 *     const open = async () => {
 *       const sink = new MySocketSink();
 *       return { sink, lines: () => mySocket.received() };
 *     };
 *     for (const { name, run } of sinkSuite(open)) it(name, run);
 *
 * @param open makes a new, empty sink for each test
 * @returns tests that reject with an `AssertionError` where the sink does not do what it must
 */
export function sinkSuite(open: () => SinkUnderTest | Promise<SinkUnderTest>): SinkTest[] {
  return TESTS.map(([name, test]) => ({
    name,
    async run() {
      const underTest = await open();
      try {
        await test(underTest);
      } finally {
        await underTest.sink.close();
        await underTest.dispose?.();
      }
    },
  }));
}

const lineOf = (text: string) => `{"event_id":"01KATN0000ABCDEFGHJKMN0001","text":${JSON.stringify(text)}}`;

/** Writes lines as the emitter does: from memory that it uses again at once. @returns those that were taken */
function writeAll(sink: Sink, lines: readonly string[]): string[] {
  return lines.filter((line) => {
    const lent = Buffer.from(line);
    const isTaken = sink.write(lent);
    lent.fill(0);
    return isTaken;
  });
}

const TESTS: readonly (readonly [string, (underTest: SinkUnderTest) => Promise<void>])[] = [
  [
    "keeps lines whole and in order, and does not hold on to the memory they came in",
    async ({ sink, lines }) => {
      const given = Array.from({ length: 500 }, (_, number) => lineOf(`line ${number}`));
      const taken = writeAll(sink, given);
      ok(taken.length > 0, "it took none of 500 lines");
      await sink.flush();
      deepEqual(await lines(), taken);
    },
  ],
  [
    "keeps every character and lines of any length",
    async ({ sink, lines }) => {
      const texts = [
        "ζ 漢字 😀",
        "\u2028\u2029\u0085",
        '\\n " \t',
        "",
        "x".repeat(5000),
        "é".repeat(200_000),
      ];
      const taken = writeAll(sink, texts.map(lineOf));
      await sink.flush();
      deepEqual(await lines(), taken);
    },
  ],
  [
    "says false to what it does not take, and then does not take it",
    async ({ sink, lines }) => {
      const given = Array.from({ length: 5000 }, (_, number) => lineOf(`${number} ${"x".repeat(500)}`));
      const taken = writeAll(sink, given);
      await sink.flush();
      deepEqual(await lines(), taken);
    },
  ],
  [
    "has all it took in place after flush, whether it is asked once, twice, at the same time, or for nothing",
    async ({ sink, lines }) => {
      await sink.flush();
      const first = writeAll(sink, [lineOf("1"), lineOf("2")]);
      await Promise.all([sink.flush(), sink.flush()]);
      deepEqual(await lines(), first);
      const second = writeAll(sink, [lineOf("3")]);
      await sink.flush();
      deepEqual(await lines(), [...first, ...second]);
    },
  ],
  [
    "flushes when it is closed, and may be closed twice and at the same time",
    async ({ sink, lines }) => {
      const taken = writeAll(sink, [lineOf("1"), lineOf("2"), lineOf("3")]);
      await Promise.all([sink.close(), sink.close()]);
      await sink.close();
      deepEqual(await lines(), taken);
    },
  ],
  [
    "refuses lines once it is closed, without throwing",
    async ({ sink, lines }) => {
      const taken = writeAll(sink, [lineOf("1")]);
      await sink.close();
      equal(sink.write(Buffer.from(lineOf("2"))), false);
      deepEqual(await lines(), taken);
    },
  ],
  [
    "serves a stream: every event it took is valid, in order, and counted",
    async ({ sink, lines }) => {
      const stream = await openEventStream({ simulationId: "suite", verbosity: "DETAIL", sink });
      await stream.turn(1, async () => {
        const decision = stream.decision("alice", "plan", { new_value: "buy" });
        await stream.because(decision, async () => {
          stream.action("alice", "buy", { amount: 100n, note: "x".repeat(10_000) });
          await stream.flush();
          stream.state("wealth", { agent_id: "alice", old_value: 1000, new_value: 900 });
        });
      });
      await stream.close();
      const events = (await lines()).map((line) => eventSchema.parse(JSON.parse(line)));
      const ids = events.map((event) => event.event_id);
      deepEqual(ids, ids.toSorted());
      const { emitted, written, dropped, suppressed, pending } = stream.stats();
      equal(written, events.length);
      equal(pending, 0);
      equal(emitted, written + dropped + suppressed);
    },
  ],
];

import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { closedSegmentName, LOCK_FILE, thisProcess } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCriteria } from "../query/index.ts";
import { RunReader } from "../reader/index.ts";
import { openStore } from "../store.ts";
import { isMatch } from "../testing/brute-force.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { LiveLog } from "./live-log.ts";
import { BatchRoom } from "./recent-batches.ts";
import type { EventCursor } from "./types.ts";

const LINES = [...generateLog({ events: 3000, agents: 4, simulationId: "run" })];
const EVENTS: Event[] = LINES.map((line) => JSON.parse(line));

const FILTERS = [
  {},
  {},
  { agent_ids: ["agent_001"] },
  { event_types: ["MILESTONE" as const] },
  { q: "trades 4" },
  { turn_start: 100 },
];

/** A log that grows under its readers' eyes, and is rotated as a writer does it. */
class GrowingLog {
  readonly #directory: string;
  #written = 0;
  #segment = 0;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory);
    writeFileSync(join(directory, LOCK_FILE), JSON.stringify(thisProcess()));
    writeFileSync(this.#active, "");
  }

  get written(): number {
    return this.#written;
  }

  grow(count: number): void {
    const lines = LINES.slice(this.#written, this.#written + count);
    this.#written += lines.length;
    if (lines.length > 0) appendFileSync(this.#active, `${lines.join("\n")}\n`);
  }

  rotate(): void {
    renameSync(
      this.#active,
      join(this.#directory, closedSegmentName(1_763_882_100_000_000 + this.#segment++)),
    );
    writeFileSync(this.#active, "");
  }

  end(): void {
    this.grow(LINES.length);
    rmSync(join(this.#directory, LOCK_FILE));
  }

  get #active(): string {
    return join(this.#directory, "events.jsonl");
  }
}

/** What one client sees, over all its connections. */
class Client {
  readonly seen: string[] = [];
  readonly #filter: number;
  #cursor: EventCursor | undefined;
  calledBack = 0;

  constructor(filter: number) {
    this.#filter = filter;
  }

  get criteria() {
    return FILTERS[this.#filter] ?? {};
  }

  get isOver(): boolean {
    return this.#cursor?.isOver ?? false;
  }

  async connect(log: LiveLog): Promise<void> {
    if (this.#cursor !== undefined) return;
    this.#cursor = await log.join(parseCriteria(this.criteria), this.seen.at(-1), () => {
      this.calledBack++;
    });
  }

  leave(): void {
    this.#cursor?.close();
    this.#cursor = undefined;
  }

  /** Takes at most so many batches. */
  take(most: number): void {
    for (let taken = 0; taken < most; taken++) {
      const batch = this.#cursor?.take();
      if (batch === undefined) return;
      for (const { event_id } of batch.events) this.seen.push(event_id);
    }
  }

  async takeAll(): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!this.isOver) {
      const before = this.calledBack;
      this.take(Number.POSITIVE_INFINITY);
      while (!this.isOver && this.calledBack === before) {
        if (Date.now() > deadline) throw new Error(`stopped after ${this.seen.length} events`);
        await pause(1);
      }
    }
  }
}

const client = fc.nat(5);
/** Bytes kept at hand for who is a little behind: next to nothing, some batches, and plenty. */
const room = fc.constantFrom(1, 200_000, 10_000_000);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("grow" as const), count: fc.integer({ min: 1, max: 250 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rotate" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("connect" as const), client }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("take" as const), client, most: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("leave" as const), client }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), milliseconds: fc.nat(12) }) },
);

describe("clients of one run", () => {
  it("see each what matches once, in order, however they come, stall, go and come again while the log is written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), room, async (steps, bytes) => {
        await inTemporaryDirectory(async (output) => {
          const log = new GrowingLog(join(output, "run"));
          log.grow(100);
          const reader = new RunReader("run", join(output, "run"), { sidecar: false });
          const closing = new AbortController();
          const live = new LiveLog(reader, {
            pollInterval: 20,
            closing: closing.signal,
            room: new BatchRoom(bytes),
            saidIn: () => Promise.resolve(new Set()),
          });
          const clients = FILTERS.map((_, filter) => new Client(filter));
          for (const one of steps) {
            if (one.do === "grow") log.grow(one.count);
            else if (one.do === "rotate") log.rotate();
            else if (one.do === "wait") await pause(one.milliseconds);
            else if (one.do === "connect") await clients[one.client]?.connect(live);
            else if (one.do === "leave") clients[one.client]?.leave();
            else clients[one.client]?.take(one.most);
          }
          log.end();
          for (const one of clients) await one.connect(live);
          await Promise.all(clients.map((one) => one.takeAll()));
          for (const { seen, criteria } of clients)
            expect(seen).toEqual(
              EVENTS.filter((event) => isMatch(event, criteria)).map(({ event_id }) => event_id),
            );
          closing.abort();
          await reader.close();
        });
      }),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);

  it("see each their own where one begins ahead of all others", async () => {
    await inTemporaryDirectory(async (output) => {
      const log = new GrowingLog(join(output, "run"));
      log.grow(2500);
      const store = openStore(output, { pollInterval: 20 });
      const run = await store.openRun("run");
      const seen: Record<"behind" | "ahead", string[]> = { behind: [], ahead: [] };
      const takeAll = (cursor: EventCursor, into: string[]): void => {
        for (let batch = cursor.take(); batch !== undefined; batch = cursor.take())
          into.push(...batch.events.map(({ event_id }) => event_id));
      };
      const filter = parseCriteria({});
      // It has taken the first batch and does not read on.
      const behind = await run.cursor({ filter }, () => {});
      seen.behind.push(...(behind.take()?.events.map(({ event_id }) => event_id) ?? []));
      const ids = EVENTS.map(({ event_id }) => event_id);
      const ahead: EventCursor = await run.cursor({ filter, after: ids[2399] ?? "" }, () =>
        takeAll(ahead, seen.ahead),
      );
      takeAll(ahead, seen.ahead);
      log.grow(100);
      await expect.poll(() => seen.ahead.length).toBe(200);
      expect(seen.ahead).toEqual(ids.slice(2400, 2600));
      await expect
        .poll(() => {
          takeAll(behind, seen.behind);
          return seen.behind.length;
        })
        .toBe(2600);
      expect(seen.behind).toEqual(ids.slice(0, 2600));
      for (const cursor of [behind, ahead]) cursor.close();
      await store.close();
    });
  });

  it("are given the very same batches where they have the same filter and are level", async () => {
    await inTemporaryDirectory(async (output) => {
      const log = new GrowingLog(join(output, "run"));
      log.grow(10);
      const store = openStore(output, { pollInterval: 20 });
      const run = await store.openRun("run");
      const taken = Array.from({ length: 20 }, (): unknown[] => []);
      const cursors = await Promise.all(
        taken.map(async (batches) => {
          const cursor: EventCursor = await run.cursor({ filter: parseCriteria({}) }, () => {
            for (let batch = cursor?.take(); batch !== undefined; batch = cursor.take()) batches.push(batch);
          });
          return cursor;
        }),
      );
      for (const [at, cursor] of cursors.entries())
        for (let batch = cursor.take(); batch !== undefined; batch = cursor.take()) taken[at]?.push(batch);
      for (let round = 0; round < 10; round++) {
        log.grow(50);
        await pause(10);
      }
      await expect.poll(() => new Set(taken.map((batches) => batches.length)).size).toBe(1);
      const [first = [], ...others] = taken;
      expect(first.length).toBeGreaterThan(1);
      for (const batches of others)
        for (const [at, batch] of batches.entries()) expect(batch).toBe(first[at]);
      for (const cursor of cursors) cursor.close();
      await store.close();
    });
  });
});

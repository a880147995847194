import { Writable } from "node:stream";
import {
  type EventBatch,
  type EventCursor,
  type ParsedSubscription,
  parseCriteria,
  type Run,
} from "@llm-sim/store";
import { describe, expect, it } from "vitest";
import { Turns } from "../turns/index.ts";
import { Frames } from "./frame.ts";
import { RunStream } from "./run-stream.ts";

const SUBSCRIPTION: ParsedSubscription = { filter: parseCriteria({}) };
const BATCHES = 200;
const LINE = Buffer.from(`{"text":"${"x".repeat(1000)}"}`);

const batches = Array.from({ length: BATCHES }, (_, number): EventBatch => {
  const events = Array.from({ length: 20 }, (_event, at) => ({ event_id: `${number}-${at}`, line: LINE }));
  const place = { row: number * 20, lastId: undefined, generation: 1 };
  return { from: place, to: { ...place, row: place.row + 20 }, events, bytes: 20 * LINE.length };
});

/** A run whose cursors are all given the same batches, and are over behind the last. */
function runOf(given: readonly EventBatch[]): Pick<Run, "cursor"> {
  return {
    cursor: async (_subscription, _onMore): Promise<EventCursor> => {
      let next = 0;
      return {
        take: () => given[next++],
        get isOver() {
          return next > given.length;
        },
        close: () => {},
      };
    },
  };
}

/** A connection whose client reads as it is told; what has been written to it and not read is held. */
class Connection {
  readonly received: string[] = [];
  readonly raw: Writable;
  isReading: boolean;
  #go: (() => void) | undefined;

  constructor(isReading: boolean) {
    this.isReading = isReading;
    this.raw = new Writable({
      highWaterMark: 16 * 1024,
      write: (chunk: Buffer, _encoding, done) => {
        const take = (): void => {
          this.received.push(...(chunk.toString().match(/(?<=^id: ).*$/gm) ?? []));
          done();
        };
        if (this.isReading) setImmediate(take);
        else this.#go = take;
      },
    });
  }

  read(): void {
    this.isReading = true;
    this.#go?.();
  }

  get held(): number {
    return this.raw.writableLength;
  }
}

const send = (connection: Connection, frames: Frames, turns: Turns): Promise<void> =>
  new RunStream(connection.raw, { frames, turns, signal: new AbortController().signal }).send(
    runOf(batches),
    SUBSCRIPTION,
  );

const idsOf = (all: readonly EventBatch[]): string[] =>
  all.flatMap(({ events }) => events.map(({ event_id }) => event_id));

describe("the streams of a run", () => {
  it("are sent frames that were made once for all of them", async () => {
    const [frames, turns] = [new Frames(), new Turns()];
    const connections = Array.from({ length: 50 }, () => new Connection(true));
    await Promise.all(connections.map((connection) => send(connection, frames, turns)));
    for (const { raw } of connections) await new Promise((resolve) => raw.end(resolve));
    for (const { received } of connections) expect(received).toEqual(idsOf(batches));
    expect(frames.count).toBe(BATCHES * 20);
  });

  it("hold a batch where their clients do not read, and hold up none that do", async () => {
    const [frames, turns] = [new Frames(), new Turns()];
    const stalled = Array.from({ length: 20 }, () => new Connection(false));
    const reading = Array.from({ length: 20 }, () => new Connection(true));
    const waiting = stalled.map((connection) => send(connection, frames, turns));
    await Promise.all(reading.map((connection) => send(connection, frames, turns)));
    const frame = 20 * (LINE.length + "id: 199-19\ndata: \n\n".length);
    for (const { held } of stalled) {
      expect(held).toBeGreaterThan(0);
      expect(held).toBeLessThan(16 * 1024 + frame + 1);
    }
    for (const connection of stalled) connection.read();
    await Promise.all(waiting);
    for (const { raw } of stalled) await new Promise((resolve) => raw.end(resolve));
    for (const { received } of stalled) expect(received).toEqual(idsOf(batches));
  });

  it("end without an error when they are told to", async () => {
    const [frames, turns] = [new Frames(), new Turns()];
    const stop = new AbortController();
    const connection = new Connection(false);
    const sending = new RunStream(connection.raw, { frames, turns, signal: stop.signal }).send(
      runOf(batches),
      SUBSCRIPTION,
    );
    stop.abort();
    await sending;
    expect(connection.received).toEqual([]);
  });
});

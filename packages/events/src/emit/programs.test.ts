import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EventStream, openEventStream } from "../index.ts";
import { type Event, eventSchema, isRecordedAt, VERBOSITY_LEVELS } from "../schema/index.ts";
import { ancestorsByName, nameOf, program, run, type Step } from "./program.test.fixture.ts";

interface Outcome {
  stream: EventStream;
  events: Event[];
}

/** Runs a program over a sink that refuses lines as `refuses` says; the first is always taken. */
async function outcomeOf(
  steps: Step[],
  options: Partial<Parameters<typeof openEventStream>[0]>,
  refuses: boolean[] = [],
): Promise<Outcome> {
  const lines: string[] = [];
  let asked = 0;
  const sink = {
    write(line: Uint8Array) {
      if (refuses[asked++ - 1] === true) return false;
      lines.push(Buffer.from(line).toString("utf8"));
      return true;
    },
    async flush() {},
    async close() {},
  };
  const stream = await openEventStream({ simulationId: "program", ...options, sink });
  run(stream, steps, options.scopes === "explicit", () => {
    const { emitted, written, dropped, suppressed, pending, by_type } = stream.stats();
    expect(emitted).toBe(written + dropped + suppressed + pending);
    expect(pending).toBe(0);
    expect(Object.values(by_type).reduce((sum, count) => sum + count)).toBe(written);
  });
  // Every line passes the schema.
  return { stream, events: lines.map((line) => eventSchema.parse(JSON.parse(line))) };
}

function expectOrder(events: Event[]): void {
  const seen = new Set<string>();
  let last: Event | undefined;
  for (const event of events) {
    if (last) {
      expect(event.event_id > last.event_id).toBe(true);
      expect(event.timestamp >= last.timestamp).toBe(true);
      expect(event.turn_number).toBeGreaterThanOrEqual(last.turn_number);
      expect(event.caused_by?.length).toBeGreaterThan(0);
    } else expect(event).toMatchObject({ event_type: "MILESTONE", milestone_type: "simulation_start" });
    // Nearest first, and every one of them in the log already.
    expect(event.caused_by ?? []).toEqual((event.caused_by ?? []).toSorted().toReversed());
    for (const cause of event.caused_by ?? []) expect(seen.has(cause)).toBe(true);
    seen.add(event.event_id);
    last = event;
  }
}

const eitherScopes = fc.constantFrom<"async" | "explicit">("async", "explicit");

describe("any program", () => {
  it("leaves the same events and the same causes at every verbosity, as far as it records them", async () => {
    await fc.assert(
      fc.asyncProperty(program, eitherScopes, async (steps, scopes) => {
        const full = await outcomeOf(steps, { verbosity: "DETAIL", scopes });
        expectOrder(full.events);
        for (const verbosity of VERBOSITY_LEVELS) {
          const { events, stream } = await outcomeOf(steps, { verbosity, scopes });
          expectOrder(events);
          const expected = full.events.filter((event) => isRecordedAt(verbosity, event)).map(nameOf);
          expect(events.map(nameOf)).toEqual(expected);
          const kept = new Set(expected);
          const isKept = (name: string) => kept.has(name);
          expect(ancestorsByName(events, isKept)).toEqual(ancestorsByName(full.events, isKept));
          const { emitted, suppressed } = stream.stats();
          expect(emitted).toBe(full.events.length);
          expect(suppressed).toBe(full.events.length - events.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("has the same causes whether scopes are found or passed on", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (steps) => {
        const graphs = await Promise.all(
          (["async", "explicit"] as const).map(async (scopes) =>
            ancestorsByName((await outcomeOf(steps, { verbosity: "DETAIL", scopes })).events, () => true),
          ),
        );
        expect(graphs[0]).toEqual(graphs[1]);
      }),
      { numRuns: 50 },
    );
  });

  it("loses nothing of the causes of what is recorded where the sink refuses events", async () => {
    await fc.assert(
      fc.asyncProperty(
        program,
        eitherScopes,
        fc.array(fc.boolean(), { maxLength: 80 }),
        async (steps, scopes, refuses) => {
          const full = await outcomeOf(steps, { verbosity: "DETAIL", scopes });
          const { events, stream } = await outcomeOf(steps, { verbosity: "DETAIL", scopes }, refuses);
          expectOrder(events);
          const names = new Set(events.map(nameOf));
          const isKept = (name: string) => names.has(name);
          const losses = events.filter((event) => event.error_type === "events_dropped");
          expect(ancestorsByName(events, isKept)).toEqual(ancestorsByName(full.events, isKept));
          // The log itself says how many are missing, but for those after its last event.
          const told = losses.reduce((sum, event) => sum + Number(event.details?.dropped), 0);
          const { emitted, dropped, written } = stream.stats();
          expect(emitted).toBe(full.events.length + losses.length);
          expect(written).toBe(events.length);
          expect(told).toBeLessThanOrEqual(dropped);
          const missing = full.events.length - (events.length - losses.length);
          expect(dropped).toBe(missing);
          await stream.flush();
        },
      ),
      { numRuns: 120 },
    );
  });
});

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

describe("a loss", () => {
  it("is recorded before the next event, with counts per kind and its range", async () => {
    const lines: string[] = [];
    let isFull = false;
    let time = 1_763_882_100_000_000;
    const sink = {
      write: (line: Uint8Array) => !isFull && lines.push(Buffer.from(line).toString()) > 0,
      async flush() {},
      async close() {},
    };
    const clock = { now: () => (time += 1000) };
    const stream = await openEventStream({ simulationId: "x", sink, clock });
    stream.startTurn(4);
    isFull = true;
    stream.action("alice", "buy");
    stream.decision("alice", "plan");
    stream.startTurn(6);
    stream.action("alice", "buy");
    isFull = false;
    const handle = stream.action("alice", "sell");
    const events = lines.map((line) => eventSchema.parse(JSON.parse(line)));
    expect(events.map((event) => event.error_type ?? event.action_type ?? event.milestone_type)).toEqual([
      "simulation_start",
      "turn_start",
      "events_dropped",
      "sell",
    ]);
    expect(events[2]).toMatchObject({
      status: "warning",
      details: { dropped: 5, counts: { MILESTONE: 2, DECISION: 1, ACTION: 2 }, turn_start: 4, turn_end: 6 },
    });
    const { details } = events[2] ?? {};
    const times = [
      events[1]?.timestamp,
      textOf(details?.first_timestamp),
      textOf(details?.last_timestamp),
      events[2]?.timestamp,
    ];
    expect(times).toEqual([...new Set(times)].toSorted((left = "", right = "") => (left < right ? -1 : 1)));
    expect(handle.event_id).toBe(events[3]?.event_id);
    // turn_start of turn 6 is not in the log: that of turn 4 stands in for it.
    expect(events[3]?.caused_by).toEqual([events[1]?.event_id]);
    expect(stream.stats()).toMatchObject({ emitted: 9, written: 4, dropped: 5, pending: 0 });
  });
});

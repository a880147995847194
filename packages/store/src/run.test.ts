import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event, EventFilterInput } from "@llm-sim/events/schema";
import { describe, expect, it, vi } from "vitest";
import { isStoreError } from "./errors.ts";
import type { Run } from "./port/index.ts";
import { parseCriteria, parseFilter } from "./query/index.ts";
import { RunView } from "./reader/index.ts";
import { openStore } from "./store.ts";
import { allEvents, bruteForce } from "./testing/brute-force.ts";
import { generateLog } from "./testing/generate-log.ts";
import { inTemporaryDirectory } from "./testing/temporary-directory.ts";
import { type RunFiles, writeRun } from "./testing/write-run.ts";

const LINES = [...generateLog({ events: 900, agents: 4, simulationId: "run" })];
const SEGMENTS: RunFiles = {
  segments: [LINES.slice(0, 300), LINES.slice(300, 600), LINES.slice(600)],
  isCompressed: (segment) => segment === 0,
};
const EVERYTHING = parseFilter({});

async function withRun<T>(files: RunFiles, work: (run: Run, directory: string) => Promise<T>): Promise<T> {
  return inTemporaryDirectory(async (output) => {
    const directory = join(output, "run");
    writeRun(directory, files);
    const store = openStore(output);
    try {
      return await work(await store.openRun("run"), directory);
    } finally {
      await store.close();
    }
  });
}

const parameterOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: unknown) => (isStoreError(error, "INVALID_ARGUMENT") ? error.details.parameter : error),
  );

describe("criteria that match nothing", () => {
  it("are answered with whom or what the log has not, and who may be meant", () =>
    withRun({ segments: SEGMENTS.segments }, async (run) => {
      const absent = "01KAR8B1C0A1B2C000000000F7";
      const page = await run.query({
        agent_ids: ["agent_001", "agent_01"],
        involving: ["zoe"],
        caused_by: absent,
      });
      expect(page.hints).toEqual([
        'run run has no agent "agent_01"; the nearest: agent_001, agent_000, agent_002',
        expect.stringMatching(/^run run has no agent "zoe"; its agents are agent_\d+, /),
        `run run has no event ${absent}`,
      ]);
      expect((await run.timeline({ agent_ids: ["zoe"] })).hints).toHaveLength(1);
      expect(await run.query({ agent_ids: ["agent_001"] })).not.toHaveProperty("hints");
      expect(await run.timeline()).not.toHaveProperty("hints");
    }));

  it("are refused where a span ends before it begins", () =>
    withRun({ segments: SEGMENTS.segments }, async (run) => {
      const times = { start_timestamp: "2026-12-01T01:00:00+01:00", end_timestamp: "2026-11-30T23:59:59Z" };
      expect(await parameterOf(run.query({ turn_start: 5, turn_end: 2 }))).toBe("turn_end");
      expect(await parameterOf(run.timeline({ turn_start: 5, turn_end: 2 }))).toBe("turn_end");
      expect(await parameterOf(run.query(times))).toBe("end_timestamp");
      expect(await parameterOf(run.query({ turn_start: 2, turn_end: 2 }))).toBe("no error");
      expect(await parameterOf(run.explain.history({ variable: "x", turn_start: 5, turn_end: 2 }))).toBe(
        "turn_end",
      );
    }));
});

describe("filtered events", () => {
  const middle: { event_id: string; timestamp: string } = JSON.parse(LINES[450] ?? "");
  it.each<[string, EventFilterInput]>([
    ["start_timestamp", { start_timestamp: middle.timestamp }],
    ["end_timestamp", { end_timestamp: middle.timestamp }],
    ["event_types", { event_types: ["DECISION", "SYSTEM"] }],
    ["agent_ids", { agent_ids: ["agent_001", "agent_003"] }],
    ["involving", { involving: ["agent_002"] }],
    ["turn_start", { turn_start: 20 }],
    ["turn_end", { turn_end: 20 }],
    ["caused_by", { caused_by: middle.event_id }],
    ["q", { q: "TRADES 1" }],
    [
      "all together",
      {
        turn_start: 5,
        turn_end: 50,
        agent_ids: ["agent_001"],
        event_types: ["ACTION"],
        involving: ["agent_002"],
        q: "agent_002",
      },
    ],
  ])("by %s: events, total and has_more", async (_, filter) => {
    await withRun(SEGMENTS, async (run, directory) => {
      const expected = await bruteForce(directory, filter);
      expect(expected.length).toBeGreaterThan(0);
      const page = await run.query({ ...filter, limit: 2 });
      expect(page.events()).toEqual(expected.slice(0, 2));
      expect(page.total).toBe(expected.length);
      expect(page.has_more).toBe(expected.length > 2);
      expect(page.next_cursor === undefined).toBe(!page.has_more);
    });
  });

  it("come out as the very bytes of the log, in chronological order over all segments", async () => {
    await withRun(SEGMENTS, async (run) => {
      const page = await run.query();
      expect(page.lines.map(String)).toEqual(LINES);
    });
  });

  it("of a range of turns are those of all segments it touches", async () => {
    await withRun(SEGMENTS, async (run) => {
      const turns = LINES.map((line): number => JSON.parse(line).turn_number);
      const [from = 0, to = 0] = [turns[290], turns[610]];
      const page = await run.query({ turn_start: from, turn_end: to });
      expect(page.total).toBe(turns.filter((turn) => turn >= from && turn <= to).length);
      expect(page.events().every(({ turn_number }) => turn_number >= from && turn_number <= to)).toBe(true);
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ["limit", { limit: 0 }],
    ["limit", { limit: 10_001 }],
    ["offset", { offset: -1 }],
    ["event_types", { event_types: ["NOTHING"] }],
    ["start_timestamp", { start_timestamp: "yesterday" }],
    ["caused_by", { caused_by: "x" }],
    ["cursor", { cursor: "x" }],
    ["cursor", { cursor: Buffer.from("0.01KAQS1VSG0A1B2C0000002JFH").toString("base64url") }],
    ["turn", { turn: 1 }],
  ])("refuse a bad %s, naming it", async (parameter, filter) => {
    await withRun(SEGMENTS, async (run) => {
      expect(await parameterOf(run.query(filter))).toBe(parameter);
    });
  });

  it("go on behind a cursor after the run has grown", async () => {
    await withRun({ segments: [LINES.slice(0, 300)] }, async (run, directory) => {
      const first = await run.query({ limit: 250 });
      writeRun(directory, { segments: [LINES.slice(0, 600)] });
      const { next_cursor: cursor = "" } = first;
      const second = await run.query({ cursor });
      expect(second.lines.map(String)).toEqual(LINES.slice(250, 600));
      expect(second.total).toBe(600);
    });
  });

  it("end a page early at 32 MB, with at least one event on it", async () => {
    const [start = "", ...rest] = generateLog({ events: 6, agents: 1, simulationId: "run" });
    const large = rest.map((line) =>
      line
        .replace(/}$/, `,"details":{"text":"${"x".repeat(12_000_000)}"}}`)
        .replace(/"details":\{[^}]*\},(?=.*"details")/, ""),
    );
    await withRun({ segments: [[start, ...large]] }, async (run) => {
      const page = await run.query();
      expect(page.lines.length).toBeGreaterThanOrEqual(1);
      expect(page.lines.reduce((sum, line) => sum + line.length, 0)).toBeLessThanOrEqual(32 * 1024 * 1024);
      expect(page.has_more).toBe(true);
      const following = await run.query({ cursor: page.next_cursor ?? "" });
      expect(following.events()[0]?.event_id).toBe(JSON.parse(large[page.lines.length - 1] ?? "").event_id);
    });
  });
});

describe("a single event", () => {
  it("is given in full, whichever segment it is in", async () => {
    await withRun(SEGMENTS, async (run) => {
      for (const at of [0, 299, 300, 599, 899]) {
        const expected = JSON.parse(LINES[at] ?? "");
        expect(await run.event(expected.event_id)).toEqual(expected);
        expect(String(await run.eventLine(expected.event_id))).toBe(LINES[at]);
      }
    });
  });

  it("that is not there is EVENT_NOT_FOUND", async () => {
    await withRun(SEGMENTS, async (run) => {
      for (const id of ["01KAQS1VSG0A1B2C0000002JFH", "nonsense", ""]) {
        await expect(run.event(id)).rejects.toMatchObject({
          code: "EVENT_NOT_FOUND",
          details: { simulation_id: "run", event_id: id },
        });
      }
    });
  });
});

describe("causality", () => {
  it("gives upstream and downstream, breadth first, each event once with its depth", async () => {
    await withRun(SEGMENTS, async (run, directory) => {
      const events = await allEvents(directory);
      const byId = new Map(events.map((event) => [event.event_id, event]));
      const start = events[500];
      for (const depth of [1, 2, 5, 20]) {
        const { event_id, event, upstream, downstream, missing, truncated } = await run.causality(
          start?.event_id ?? "",
          depth,
          { turnMarkers: true },
        );
        expect(event).toEqual(start);
        expect(missing).toEqual([]);
        const up = new Map([[event_id, 0]]);
        for (const [id, at] of up) {
          for (const cause of byId.get(id)?.caused_by ?? []) if (!up.has(cause)) up.set(cause, at + 1);
        }
        const within = [...up].filter(([, at]) => at > 0 && at <= depth);
        expect(new Map(upstream.map((entry) => [entry.event.event_id, entry.depth]))).toEqual(
          new Map(within),
        );
        expect(upstream.map((entry) => entry.depth)).toEqual(
          upstream.map((entry) => entry.depth).toSorted((a, b) => a - b),
        );
        for (const { event: effect, depth: at } of downstream) {
          const causes = effect.caused_by ?? [];
          const nearest =
            at === 1
              ? [event_id]
              : downstream.filter((entry) => entry.depth === at - 1).map((entry) => entry.event.event_id);
          expect(causes.some((cause) => nearest.includes(cause))).toBe(true);
        }
        expect(truncated).toBe(
          depth < 20 ||
            [...up.values()].some((at) => at > 20) ||
            downstream.some((entry) => entry.depth === 20),
        );
      }
    });
  });

  it("leaves out where turns begin and end, and what only they lead to, unless it is asked for or about", async () => {
    await withRun(SEGMENTS, async (run, directory) => {
      const events = await allEvents(directory);
      const isMarker = (event: Event) =>
        event.event_type === "MILESTONE" && /^turn_(start|end)$/.test(event.milestone_type);
      const action = events.findLast(({ event_type }) => event_type === "ACTION")?.event_id ?? "";
      const bare = await run.causality(action, 20);
      const whole = await run.causality(action, 20, { turnMarkers: true });
      expect(bare.upstream.some(({ event }) => isMarker(event))).toBe(false);
      expect(bare.downstream.some(({ event }) => isMarker(event))).toBe(false);
      const markers = whole.upstream.filter(({ event }) => isMarker(event));
      expect(markers.length).toBeGreaterThan(0);
      for (const { event, depth } of markers) {
        const behind = whole.upstream.findIndex((entry) => entry.event === event);
        const others = whole.upstream.slice(behind).filter((entry) => entry.depth === depth);
        expect(others.every((entry) => isMarker(entry.event))).toBe(true);
      }
      const marker = events.filter(isMarker).at(-1);
      const ofMarker = await run.causality(marker?.event_id ?? "", 1);
      expect(ofMarker.upstream.map(({ event }) => event.event_id)).toEqual(marker?.caused_by);
    });
  });

  it("ends cycles, and names causes that are not in the log", async () => {
    const id = (n: number) => `01KAQS1VSG0A1B2C000000000${n}`;
    const line = (n: number, causes: string[]) =>
      JSON.stringify({
        event_id: id(n),
        timestamp: `2025-11-23T07:15:00.00000${n}Z`,
        turn_number: 0,
        event_type: "DETAIL",
        simulation_id: "run",
        caused_by: causes,
        calculation_type: "c",
        intermediate_values: {},
      });
    await withRun(
      { segments: [[line(1, [id(3)]), line(2, [id(1), id(9)]), line(3, [id(2), id(3)])]] },
      async (run) => {
        const { upstream, downstream, missing, truncated } = await run.causality(id(2), 20);
        expect(upstream.map(({ event, depth }) => [event.event_id, depth])).toEqual([
          [id(1), 1],
          [id(3), 2],
        ]);
        expect(downstream.map(({ event, depth }) => [event.event_id, depth])).toEqual([
          [id(3), 1],
          [id(1), 2],
        ]);
        expect(missing).toEqual([{ event_id: id(9), referenced_by: id(2) }]);
        expect(truncated).toBe(false);
        expect((await run.query({ caused_by: id(9) })).events().map(({ event_id }) => event_id)).toEqual([
          id(2),
        ]);
      },
    );
  });

  it("stops at 10,000 entries, and refuses depths other than 1 to 20", async () => {
    const lines = [...generateLog({ events: 12_500, agents: 12_000, simulationId: "run" })];
    await withRun({ segments: [lines] }, async (run) => {
      const [, turn] = (await run.query({ limit: 2 })).events();
      const { downstream, truncated } = await run.causality(turn?.event_id ?? "", 20);
      expect(downstream).toHaveLength(10_000 - 1); // and the one event upstream
      expect(truncated).toBe(true);
      for (const depth of [0, 21, 1.5, Number.NaN])
        expect(await parameterOf(run.causality(turn?.event_id ?? "", depth))).toBe("depth");
    });
  });
});

describe("the timeline", () => {
  it.each(["turn", "time"] as const)(
    "counts every event in one bucket of %s, by kind and agent",
    async (by) => {
      await withRun(SEGMENTS, async (run, directory) => {
        const filter = { event_types: ["ACTION" as const, "STATE" as const] };
        const expected = await bruteForce(directory, filter);
        const { buckets, total } = await run.timeline({ ...filter, buckets: 7, by });
        expect(total).toBe(expected.length);
        expect(buckets.length).toBeLessThanOrEqual(7);
        for (const { from, to, total: inBucket, by_type, by_agent } of buckets) {
          const inside = expected.filter((event) => {
            const value = by === "turn" ? event.turn_number : event.timestamp;
            return value >= from && value <= to;
          });
          expect(inBucket).toBe(inside.length);
          expect(by_type.ACTION ?? 0).toBe(inside.filter(({ event_type }) => event_type === "ACTION").length);
          expect(by_agent.agent_001 ?? 0).toBe(
            inside.filter(({ agent_id }) => agent_id === "agent_001").length,
          );
        }
        expect(await parameterOf(run.timeline({ buckets: 0 }))).toBe("buckets");
        expect(await parameterOf(run.timeline({ buckets: 1001 }))).toBe("buckets");
      });
    },
  );
});

it("takes no filter for parsed that is none", () =>
  withRun({ segments: [LINES.slice(0, 20)] }, async (run) => {
    // @ts-expect-error: it has not been parsed
    await run.ask((asked) => asked.query({ limit: 5, offset: 0 }));
    // @ts-expect-error: nor has this
    await run.ask((asked) => asked.explain.widest({ horizon: 3, limit: 1 }));
  }));

describe("lines that are no events", () => {
  it("are skipped, counted and located", async () => {
    const corrupt = [
      ...LINES.slice(0, 10),
      '{"event_id":"x',
      ...LINES.slice(10, 20),
      "[]",
      ...LINES.slice(20, 30),
    ];
    await withRun({ segments: [corrupt.slice(0, 15), corrupt.slice(15)] }, async (run) => {
      const { answer, skipped } = await run.ask((asked) => asked.query(EVERYTHING));
      expect(answer.lines.map(String)).toEqual(LINES.slice(0, 30));
      expect(skipped).toBe(2);
      const { count, lines } = await run.skippedLines();
      expect(count).toBe(2);
      expect(lines).toMatchObject([
        {
          file: "events_2025-11-23_07-15-00-000000.jsonl",
          line: 11,
          offset: LINES.slice(0, 10).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
        },
        { file: "events.jsonl", line: 7, reason: "not a JSON object" },
      ]);
      expect((await run.integrity()).result).toBe("violation");
    });
  });

  it("a torn last line is one of them, once nobody writes any more; a whole one without its newline is an event", async () => {
    await withRun(
      { segments: [[...LINES.slice(0, 5), (LINES[5] ?? "").slice(0, 50)]], terminated: false },
      async (run, directory) => {
        const counted = async () => {
          const { answer, skipped } = await run.ask((asked) => asked.query(EVERYTHING));
          return [answer.total, skipped];
        };
        expect(await counted()).toEqual([5, 1]);
        writeFileSync(join(directory, "events.jsonl"), LINES.slice(0, 7).join("\n")); // repaired, and written on
        expect(await counted()).toEqual([7, 0]);
        writeFileSync(join(directory, "events.jsonl"), `${LINES.slice(0, 9).join("\n")}\n`);
        expect((await run.query()).lines.map(String)).toEqual(LINES.slice(0, 9));
      },
    );
  });

  it("are counted with the answer they belong to, whatever is asked and written at the same time", () =>
    withRun({ segments: [LINES.slice(0, 300)] }, async (run, directory) => {
      const everyText = parseFilter({ q: "a" });
      const { total } = await run.query({ q: "a" });
      const first = await run.ask(async (asked) => {
        const searched = asked.query({ ...everyText, q: "A" }); // reads the lines, a step at a time
        appendFileSync(join(directory, "events.jsonl"), `no event\n${LINES[300]}\n`);
        return { searched, second: await run.ask((other) => other.query(everyText)) };
      });
      const { searched, second } = first.answer;
      expect([first.skipped, (await searched).total]).toEqual([0, total]);
      expect([second.skipped, second.answer.total]).toEqual([1, total + 1]);
    }));

  it("are counted for several questions of one moment at once", () =>
    withRun({ segments: [[...LINES.slice(0, 20), "no event"]] }, async (run) => {
      const { answer, skipped } = await run.ask(async (asked) => [
        (await asked.query(EVERYTHING)).total,
        (await asked.timeline(parseCriteria({}))).total,
        (await asked.skippedLines()).count,
      ]);
      expect([answer, skipped]).toEqual([[20, 20, 1], 1]);
    }));

  it("and a bit that flipped in a compressed segment takes a part of one member, wherever it did", async () => {
    for (const part of [0, 0.1, 0.35, 0.6, 0.85]) {
      await withRun({ ...SEGMENTS, memberLines: 50 }, async (run, directory) => {
        const path = join(directory, "events_2025-11-23_07-15-00-000000.jsonl.gz");
        const bytes = readFileSync(path);
        const at = Math.floor(bytes.length * part);
        bytes[at] = (bytes[at] ?? 0) ^ 0x04;
        writeFileSync(path, bytes);
        const page = await run.query();
        const expected = (await allEvents(directory)).map(({ event_id }) => event_id);
        expect(page.events().map(({ event_id }) => event_id)).toEqual(expected);
        expect(page.total, String(part)).toBeGreaterThanOrEqual(900 - 51);
        const { count, lines } = await run.skippedLines();
        expect(count, String(part)).toBeGreaterThan(0);
        expect(
          lines.some(({ reason }) => reason.includes("damaged gzip")),
          String(part),
        ).toBe(true);
        const [last] = page.events().slice(-1);
        expect((await run.query({ turn_start: last?.turn_number })).total).toBeGreaterThan(0);
      });
    }
  });

  it("the rest of a compressed segment that is damaged counts as one of them; what comes before it is served", async () => {
    await withRun({ ...SEGMENTS, memberLines: 50 }, async (run, directory) => {
      const path = join(directory, "events_2025-11-23_07-15-00-000000.jsonl.gz");
      truncateSync(path, Math.floor(statSync(path).size / 2));
      const page = await run.query();
      const expected = (await allEvents(directory)).map(({ event_id }) => event_id);
      expect(page.events().map(({ event_id }) => event_id)).toEqual(expected);
      expect(page.total).toBeLessThan(900 - 50);
      expect(page.total).toBeGreaterThanOrEqual(600 + 50);
      const { count, lines } = await run.skippedLines();
      expect(count).toBe(1);
      expect(lines[0]).toMatchObject({
        line: page.total - 600 + 1,
        reason: expect.stringContaining("damaged gzip"),
      });
    });
  });
});

describe("many questions that have waited for the same log", () => {
  /** How many were answered in a turn of the loop, at most; each takes 3 ms by a clock that nothing else moves. */
  const mostInATurn = (ask: () => Promise<unknown>[], answered: () => number): Promise<number> => {
    const start = performance.now();
    let [before, most] = [0, 0];
    const clock = vi.spyOn(performance, "now").mockImplementation(() => start + 3 * answered());
    const look = (): void => {
      most = Math.max(most, answered() - before);
      before = answered();
      next = setImmediate(look);
    };
    let next = setImmediate(look);
    return Promise.all(ask())
      .then(() => Math.max(most, answered() - before))
      .finally(() => {
        clearImmediate(next);
        clock.mockRestore();
      });
  };
  const hundred = Array.from({ length: 100 }, (_, place) => place);

  it("are answered a few in a turn of the loop, in which others go on", () =>
    withRun({ segments: SEGMENTS.segments }, async (run) => {
      let answered = 0;
      const count = (): void => void answered++;
      const most = await mostInATurn(
        () => hundred.map(() => run.ask(count)),
        () => answered,
      );
      expect(most).toBeLessThanOrEqual(6);
    }));

  it("as pages of events are", () =>
    withRun({ segments: SEGMENTS.segments }, async (run) => {
      const read = vi.spyOn(RunView.prototype, "lines");
      const most = await mostInATurn(
        () => hundred.map((offset) => run.query({ offset, limit: 10 })),
        () => read.mock.calls.length,
      ).finally(() => read.mockRestore());
      expect(most).toBeLessThanOrEqual(6);
    }));
});

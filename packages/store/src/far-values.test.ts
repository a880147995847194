import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { openStore, type Run } from "./index.ts";
import { generatedId } from "./testing/generate-log.ts";
import { inTemporaryDirectory } from "./testing/temporary-directory.ts";

const START = 1_763_882_100_000_000;

/** An event as text; what stands for `"RAW:…"` comes into it without quotes. */
function line(number: number, fields: JsonObject): string {
  const event = {
    event_id: generatedId(START, number),
    timestamp: "2026-11-25T10:00:00.000000Z",
    turn_number: number,
    simulation_id: "far",
    event_type: "STATE",
    scope: "global",
    ...fields,
  };
  return JSON.stringify(event).replaceAll(/"RAW:([^"]*)"/g, "$1");
}

async function withLog(lines: readonly string[], work: (run: Run) => Promise<void>): Promise<void> {
  await inTemporaryDirectory(async (output) => {
    mkdirSync(join(output, "far"));
    writeFileSync(join(output, "far", "events.jsonl"), lines.map((text) => `${text}\n`).join(""));
    const store = openStore(output);
    await work(await store.openRun("far"));
    await store.close();
  });
}

describe("numbers beyond a double", () => {
  const lines = [
    line(0, { variable_name: "x", old_value: null, new_value: 1, change: "added" }),
    line(1, { variable_name: "x", old_value: 1, new_value: "RAW:9054686819491029395" }),
    line(2, { variable_name: "x", old_value: "RAW:9054686819491029395", new_value: "RAW:1e400" }),
    line(3, { variable_name: "y", old_value: null, new_value: { a: ["RAW:12345678901234567890"] } }),
    // In the dialect of the Python original, whose lines are written anew.
    line(4, {
      event_type: "ENV",
      timestamp: "2026-11-25T10:00:00+00:00",
      details: { variable_name: "z", old_value: null, new_value: "RAW:9054686819491029397" },
    }),
  ];

  it("keep their digits as text in whatever is worked out", () =>
    withLog(lines, async ({ explain }) => {
      expect((await explain.state()).global).toEqual({
        x: "1e400",
        y: { a: ["12345678901234567890"] },
        z: "9054686819491029397",
      });
      const { writes } = await explain.history({ variable: "x" });
      expect(writes.map(({ old_value, new_value }) => [old_value, new_value])).toEqual([
        [null, 1],
        [1, "9054686819491029395"],
        ["9054686819491029395", "1e400"],
      ]);
      const why = await explain.why({ variable: "x" });
      expect(why).toMatchObject({ value: "1e400", event: { new_value: "1e400" } });
      expect(JSON.stringify(why)).not.toContain("null");
      expect((await explain.compare(explain)).equal).toBe(true);
    }));

  it("are compared by the nearest double", () =>
    withLog(lines, async ({ explain }) => {
      const { moments } = await explain.find({ expression: "global.x > 5" });
      expect(moments.map(({ turn }) => turn)).toEqual([1]);
    }));

  it("are numbers in every event that is served, whoever wrote it", () =>
    withLog(lines, async (run) => {
      const { lines: served } = await run.query();
      expect(
        served
          .map(String)
          .filter((text) => /:9054686819491029397|:1e400|\[12345678901234567890\]/.test(text)),
      ).toHaveLength(3);
    }));
});

describe("members named twice", () => {
  it("count as the last of them, be a name written with escapes or not", () =>
    withLog(
      [
        line(0, { variable_name: "x", old_value: null, new_value: 1, change: "added" }),
        line(1, { variable_name: "x", old_value: 1 }).replace("}", ',"new_value":2,"new_value":3}'),
        line(2, { variable_name: "x", old_value: 3 }).replace("}", ',"new_value":4,"new\\u005fvalue":5}'),
      ],
      async ({ explain }) => {
        const values = [0, 1, 2].map(async (turn) => (await explain.state({ turn })).global.x);
        expect(await Promise.all(values)).toEqual([1, 3, 5]);
        expect((await explain.why({ variable: "x" })).ledger?.to.value).toBe(5);
      },
    ));
});

describe("turns and times far off", () => {
  it("are as they were written, above 2^32 too", () =>
    withLog(
      [1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((turn_number, number) =>
        line(number, { turn_number, variable_name: "x", old_value: number, new_value: number + 1 }),
      ),
      async (run) => {
        expect((await run.query({ turn_start: 2 ** 32 + 1 })).total).toBe(2);
        expect((await run.query({ turn_end: 2 ** 32 })).total).toBe(2);
        expect((await run.explain.state({ turn: 2 ** 32 })).global).toEqual({ x: 2 });
        expect((await run.summary()).turns).toBe(Number.MAX_SAFE_INTEGER);
        expect((await run.explain.history({ variable: "x" })).writes.map(({ turn }) => turn).at(-1)).toBe(
          Number.MAX_SAFE_INTEGER,
        );
      },
    ));

  it("are refused with the reason where a number does not hold their microseconds", () =>
    withLog(
      ["2255-06-05T23:47:34.740991Z", "2255-06-05T23:47:34.740992Z", "9999-01-01T00:00:00.000000Z"].map(
        (timestamp, number) => line(number, { timestamp, variable_name: "x", old_value: 0, new_value: 1 }),
      ),
      async (run) => {
        expect((await run.query()).total).toBe(1);
        expect((await run.skippedLines()).lines.map(({ reason }) => reason)).toEqual([
          expect.stringContaining("2255-06-05T23:47:34.740992Z is not between"),
          expect.stringContaining("9999-01-01"),
        ]);
      },
    ));

  it("are told apart by more digits of a second than six, by order and by filter", async () => {
    const at = (digits: string, number: number): string =>
      line(number, {
        event_type: "ENV",
        timestamp: `2026-11-25T10:00:00.${digits}+00:00`,
        turn_number: 0,
        details: { variable_name: "x", old_value: null, new_value: number },
      });
    const fractions = ["0000012", "000001", "000001199", "000001201", "000002", "0000019"];
    await withLog(fractions.map(at), async (run) => {
      const idsOf = async (filter: Parameters<Run["query"]>[0]): Promise<number[]> =>
        (await run.query(filter)).lines.map((text) => JSON.parse(text.toString()).new_value);
      expect(await idsOf({})).toEqual([1, 2, 0, 3, 5, 4]);
      expect(await idsOf({ start_timestamp: "2026-11-25T10:00:00.0000012Z" })).toEqual([0, 3, 5, 4]);
      expect(await idsOf({ end_timestamp: "2026-11-25T10:00:00.0000012Z" })).toEqual([1, 2, 0]);
      expect(await idsOf({ end_timestamp: "2026-11-25T10:00:00.000001Z", event_types: ["STATE"] })).toEqual([
        1,
      ]);
      expect((await run.explain.state()).global).toEqual({ x: 4 });
    });
    // Of this project's own times a finer limit leaves out what lies before it.
    await withLog(
      [line(0, { timestamp: "2026-11-25T10:00:00.000001Z", variable_name: "x", old_value: 0, new_value: 1 })],
      async (run) => {
        expect((await run.query({ start_timestamp: "2026-11-25T10:00:00.0000014Z" })).total).toBe(0);
        expect((await run.query({ end_timestamp: "2026-11-25T10:00:00.0000014Z" })).total).toBe(1);
      },
    );
  });
});

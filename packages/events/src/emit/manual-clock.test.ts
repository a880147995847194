import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openEventStream } from "../open/index.ts";
import { readEvents, verifyRun } from "../read/index.ts";
import { readManifest } from "../run/index.ts";
import { formatTimestamp } from "../schema/index.ts";
import { openMemoryStream } from "../testing/index.ts";
import { LAST_MICROSECOND, manualClock } from "./manual-clock.ts";

const output = mkdtempSync(join(tmpdir(), "llm-sim-clock-"));
afterAll(() => rmSync(output, { recursive: true }));

/** Digits of Crockford's base32. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** The milliseconds that a ULID begins with. */
const timeOf = (id: string) =>
  Array.from(id.slice(0, 10)).reduce((sum, digit) => sum * 32 + DIGITS.indexOf(digit), 0);

describe("a clock that is set by hand", () => {
  it("gives events the times they had, and ids that begin with them", async () => {
    const clock = manualClock("2024-03-01T10:00:00Z");
    const { stream, events } = await openMemoryStream({ clock });
    clock.set("2024-03-01T11:00:02.5+01:00");
    stream.action("ann", "move");
    clock.set(new Date("2024-03-01T10:00:03.250Z"));
    stream.action("ann", "wait");
    clock.set(1_709_287_204_000_001);
    stream.action("ann", "rest");
    const all = events();
    expect(all.map(({ timestamp }) => timestamp)).toEqual([
      "2024-03-01T10:00:00.000000Z",
      "2024-03-01T10:00:02.500000Z",
      "2024-03-01T10:00:03.250000Z",
      "2024-03-01T10:00:04.000001Z",
    ]);
    for (const { event_id, timestamp } of all) expect(timeOf(event_id)).toBe(Date.parse(timestamp));
  });

  it("makes a run that verify accepts, from its first moment to its last", async () => {
    const clock = manualClock(0);
    const stream = await openEventStream({ simulationId: "old", outputDir: output, clock });
    const times = [0, 0, 1, 1_709_287_204_000_001, LAST_MICROSECOND];
    stream.turn(1, () => {
      for (const time of times) {
        clock.set(time);
        stream.action("ann", "move", { time });
      }
    });
    await stream.close();
    expect(await verifyRun(join(output, "old"))).toMatchObject({ result: "ok", violations: [] });
    const actions = [];
    for await (const { event } of readEvents(join(output, "old"))) {
      if (event.event_type === "ACTION") actions.push(event.timestamp);
    }
    expect(actions).toEqual(times.map((moment) => formatTimestamp(moment)));
    expect(readManifest(join(output, "old"))).toMatchObject({
      start_time: formatTimestamp(0),
      end_time: formatTimestamp(LAST_MICROSECOND),
    });
  });

  it("keeps ids and times in order whatever it is set to", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 5_000_000 }), { maxLength: 30 }), async (times) => {
        const clock = manualClock(0);
        const { stream, events } = await openMemoryStream({ clock });
        for (const time of times) {
          clock.set(time);
          stream.action("ann", "move");
        }
        for (const key of ["timestamp", "event_id"] as const) {
          const values = events().map((event) => event[key]);
          expect(values).toEqual(values.toSorted());
          expect(new Set(events().map(({ event_id }) => event_id)).size).toBe(times.length + 1);
        }
      }),
    );
  });

  it.each([
    -1,
    1.5,
    Number.NaN,
    LAST_MICROSECOND + 1,
    "yesterday",
    "2024-02-30",
    new Date("no"),
    "1969-12-31T23:59:59Z",
  ])("refuses %s, which is no moment of a log", (moment) => {
    const clock = manualClock(7);
    expect(() => clock.set(moment)).toThrow(/is no moment for a log: expected ISO 8601/);
    expect(clock.now()).toBe(7);
  });

  it("of one's own that goes wrong stands still rather than spoil the log", async () => {
    let time = 1_000_000.5;
    const { stream, events } = await openMemoryStream({ clock: { now: () => time } });
    for (const next of [Number.NaN, -5, Number.POSITIVE_INFINITY, 2_000_000]) {
      time = next;
      stream.action("ann", "move");
    }
    const [second, third] = [1_000_000, 2_000_000].map((moment) => formatTimestamp(moment));
    expect(events().map(({ timestamp }) => timestamp)).toEqual([second, second, second, second, third]);
  });
});

import { afterEach, describe, expect, it, vi } from "vitest";
import { openMemoryStream } from "../testing/index.ts";
import { systemClock } from "./clock.ts";

describe("the clock", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("is the wall clock, in whole microseconds", () => {
    const clock = systemClock();
    for (let look = 0; look < 1000; look++) {
      const before = Date.now();
      const now = clock.now();
      expect(Number.isInteger(now)).toBe(true);
      expect(now / 1000).toBeGreaterThan(before - 5);
      expect(now / 1000).toBeLessThan(Date.now() + 5);
    }
  });

  it("tells microseconds apart", () => {
    const clock = systemClock();
    const seen = new Set(Array.from({ length: 1000 }, () => clock.now() % 1000));
    expect(seen.size).toBeGreaterThan(10);
  });

  it.each([
    ["back", -3_600_000],
    ["forward", 3_600_000],
  ])("follows a wall clock that is set %s", (_, step) => {
    const clock = systemClock();
    clock.now();
    const real = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => real() + step);
    const start = performance.now();
    while (performance.now() - start < 3);
    const before = real() + step;
    const now = clock.now() / 1000;
    expect(now).toBeGreaterThan(before - 5);
    expect(now).toBeLessThan(real() + step + 5);
  });
});

describe("an event's time", () => {
  it("never decreases, whatever the clock does", async () => {
    let time = 1_763_882_100_000_000;
    const steps = [1, -5_000_000, 3, 0, -1, 7_000_000, -7_000_000, 1];
    let look = 0;
    const clock = { now: () => (time += steps[look++ % steps.length] ?? 0) };
    const { stream, events } = await openMemoryStream({ clock });
    for (let emitted = 0; emitted < 100; emitted++) stream.action("alice", "buy");
    const all = events();
    for (const key of ["timestamp", "event_id"] as const) {
      const values = all.map((event) => event[key]);
      expect(values).toEqual(values.toSorted());
    }
    expect(new Set(all.map((event) => event.event_id)).size).toBe(all.length);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTimestamp, parseTimestamp, timestampSchema } from "./index.ts";

// To the year 2255: past it a number no longer holds every microsecond.
const moment = fc.integer({ min: 0, max: 9_000_000_000_000_000 });

describe("timestamps", () => {
  it("are UTC with six digits of microseconds", () => {
    expect(formatTimestamp(1_763_882_100_000_123)).toBe("2025-11-23T07:15:00.000123Z");
    expect(formatTimestamp(0)).toBe("1970-01-01T00:00:00.000000Z");
  });

  it("come back as they were, and sort as text as they do as numbers", () => {
    fc.assert(
      fc.property(moment, moment, (one, other) => {
        const text = formatTimestamp(one);
        expect(parseTimestamp(text)).toBe(one);
        expect(timestampSchema.safeParse(text).success).toBe(true);
        expect(text < formatTimestamp(other)).toBe(one < other);
      }),
    );
  });

  it.each([
    ["2026-11-23T07:15:00Z", "2026-11-23T07:15:00.000000Z"],
    ["2026-11-23T07:15Z", "2026-11-23T07:15:00.000000Z"],
    ["2026-11-23T07:15:00.5Z", "2026-11-23T07:15:00.500000Z"],
    ["2026-11-23T07:15:00,25Z", "2026-11-23T07:15:00.250000Z"],
    ["2026-11-23T07:15:00.123456789Z", "2026-11-23T07:15:00.123456Z"],
    ["2026-11-23T08:15:00.000123+01:00", "2026-11-23T07:15:00.000123Z"],
    ["2026-11-23T07:15:00+00:00", "2026-11-23T07:15:00.000000Z"],
    ["2026-11-23T01:45:00-0530", "2026-11-23T07:15:00.000000Z"],
    ["2026-11-23T07:15:00.000123", "2026-11-23T07:15:00.000123Z"],
    ["2026-11-23 07:15:00", "2026-11-23T07:15:00.000000Z"],
    ["2026-11-23", "2026-11-23T00:00:00.000000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000000Z"],
    ["2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000Z"],
  ])("%s is read as %s", (text, expected) => {
    expect(formatTimestamp(parseTimestamp(text) ?? Number.NaN)).toBe(expected);
  });

  it.each([
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-12:00",
    "0000-01-01T00:00:00+12:00",
    "0000-01-01",
    "2255-06-05T23:47:34.740993Z",
    "7123-04-05T06:07:08.999999Z",
    "1000-04-05T06:07:08.000001Z",
  ])("%s is read as one that can be written, and read again", (text) => {
    const written = formatTimestamp(parseTimestamp(text) ?? Number.NaN);
    expect(timestampSchema.safeParse(written).success, written).toBe(true);
    expect(written.slice(0, 4)).toBe(text.slice(0, 4));
    expect(parseTimestamp(written)).toBeDefined();
  });

  it.each([
    "",
    "now",
    "2026",
    "2026-11",
    "2026-13-01",
    "2026-02-29",
    "2026-02-30T10:00:00Z",
    "2026-11-31T10:00:00+01:00",
    "2026-11-23T25:00:00Z",
    "2026-11-23T07:15:00.Z",
    "1763882100",
  ])("%j is no moment", (text) => expect(parseTimestamp(text)).toBeUndefined());
});

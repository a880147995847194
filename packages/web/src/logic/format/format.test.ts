import { describe, expect, it } from "vitest";
import {
  formatAgo,
  formatBytes,
  formatChange,
  formatClock,
  formatCompact,
  formatDifference,
  formatDuration,
  formatNumber,
  formatSides,
  formatValue,
  nameText,
  plural,
} from "./index.ts";

describe("a name of which nothing would be seen", () => {
  it.each([
    ["alice", "alice"],
    [" a ", " a "],
    ["🧙", "🧙"],
    [" ", '" "'],
    ["", '""'],
    ["\u200f", '"\\u200f"'],
    ["\u00a0\u2003", '"\\u00a0\\u2003"'],
  ])("is quoted: %j", (name, text) => {
    expect(nameText(name)).toBe(text);
  });
});

describe("numbers", () => {
  it("keep every digit of an integer and six of a fraction", () => {
    expect(formatNumber(1234567)).toBe("1,234,567");
    expect(formatNumber(0.1 + 0.2)).toBe("0.3");
    expect(formatNumber(1234.56789)).toBe("1,234.57");
    expect(formatNumber(-0.00001234567)).toBe("-0.0000123457");
    expect(formatNumber(1e-9)).toBe("1.0000e-9");
  });

  it("show a difference with its sign and a change with its share", () => {
    expect(formatDifference(12.4)).toBe("+12.4");
    expect(formatDifference(-3)).toBe("−3");
    expect(formatDifference(0)).toBe("±0");
    expect(formatChange(1000, 1031)).toBe("+3.10 %");
    expect(formatChange(-10, -20)).toBe("−100 %");
    expect(formatChange(0, 5)).toBeUndefined();
  });

  it("count in words", () => {
    expect(plural(1, "event")).toBe("1 event");
    expect(plural(1000, "event")).toBe("1,000 events");
    expect(formatCompact(9999)).toBe("9,999");
    expect(formatCompact(1_234_567)).toBe("1.2M");
    expect(formatBytes(1536)).toBe("1.5 KB");
    expect(formatBytes(12)).toBe("12 B");
  });
});

describe("time", () => {
  it("is shown to the microsecond, as the log has it", () => {
    expect(formatClock("2026-11-23T07:15:00.000123Z")).toBe("07:15:00.000123");
  });

  it.each([
    [250, "250 µs"],
    [1_500, "1.5 ms"],
    [18_000, "18 ms"],
    [4_200_000, "4.2 s"],
    [187_000_000, "3m 07s"],
    [3_720_000_000, "1h 02m"],
    [183_600_000_000, "2d 03h"],
  ])("lasts %d µs: %s", (micros, text) => {
    expect(formatDuration(micros)).toBe(text);
  });

  it("tells how long ago in the largest unit that fits", () => {
    const now = Date.UTC(2026, 10, 23) * 1000;
    expect(formatAgo(now - 10e6, now)).toBe("just now");
    expect(formatAgo(now - 300e6, now)).toBe("5 min ago");
    expect(formatAgo(now - 2 * 86_400e6, now)).toBe("2 d ago");
    expect(formatAgo(now - 90 * 86_400e6, now)).toBe("2026-08-25");
  });
});

describe("values", () => {
  it("fit one line", () => {
    expect(formatValue(null)).toBe("–");
    expect(formatValue(1234.5)).toBe("1,234.5");
    expect(formatValue("hold")).toBe("hold");
    expect(formatValue({ a: [1, 2] })).toBe('{"a":[1,2]}');
    expect(formatValue("x".repeat(500))).toHaveLength(120);
  });
});

describe("the sides of a difference", () => {
  it.each([
    [{ left: 1, right: 2 }, ["1", "2"]],
    [{ left: "1", right: 1 }, ['"1"', "1"]],
    [{ left: null }, ["null", "nothing"]],
    [{ left: 0.12345678, right: 0.12345679 }, ["0.12345678", "0.12345679"]],
    [
      { left: "NaN", right: "NaN", left_text: "NaN (altered)", right_text: '"NaN"' },
      ["NaN (altered)", '"NaN"'],
    ],
  ])("are seen to differ: %j", (field, [left, right]) => {
    expect(formatSides(field)).toEqual({ left, right });
  });
});

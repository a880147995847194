import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanLog } from "../read/built-run.test.fixture.ts";
import { MAX_DEPTH, parseEventLine } from "./parse-event-line.ts";

const decision = JSON.stringify(cleanLog()[4]);

describe("reading a line of the log", () => {
  it("gives the event as it was written, fields in their order, unknown ones included", () => {
    const parsed = parseEventLine(`{"zzz":{"a":[1]},${decision.slice(1, -1)},"__proto__":{"b":1}}`);
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(parsed.dialect).toBe("native");
    expect(JSON.stringify(parsed.event)).toBe(
      `{"zzz":{"a":[1]},${decision.slice(1, -1)},"__proto__":{"b":1}}`,
    );
  });

  it("reads bytes as UTF-8", () => {
    const line = JSON.stringify({ ...cleanLog()[4], description: "größer 😀" });
    expect(parseEventLine(Buffer.from(line))).toEqual(parseEventLine(line));
    expect(parseEventLine(Buffer.from(line))).toMatchObject({
      ok: true,
      event: { description: "größer 😀" },
    });
  });

  it.each([
    ["what is not UTF-8", Buffer.from(decision.replace("buy", "b\u00fcy"), "latin1"), "line", "not UTF-8"],
    ["what is not JSON", decision.slice(0, -1), "line", "not JSON"],
    ["an array", "[1,2]", "line", "not a JSON object"],
    ["zeros, as a crash leaves them", Buffer.alloc(100), "line", "not JSON"],
    [
      "an unknown kind",
      decision.replace("DECISION", "DREAM"),
      "schema",
      "event_type: expected one of MILESTONE, DEC",
    ],
    [
      "a field that is missing",
      decision.replace("decision_type", "decision_typ"),
      "schema",
      "decision_type: Invalid input",
    ],
    ["several faults", '{"event_type":"ACTION"}', "schema", "more"],
  ])("says what is wrong with %s", (_what, line, fault, reason) => {
    const parsed = parseEventLine(line);
    expect(parsed).toMatchObject({ ok: false, fault, reason: expect.stringContaining(reason) });
  });

  it("says it in one line", () => {
    const parsed = parseEventLine(decision.replace('"event_id"', '"id"').replace("07:15", "7:15"));
    expect(parsed.ok ? "" : parsed.reason).toMatch(/^event_id: .+; timestamp: expected UTC[^\n]+$/);
  });

  it("never throws, whatever the bytes", () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.json(),
      fc.string(),
      // An event of which a part was overwritten.
      fc.tuple(fc.nat(decision.length), fc.uint8Array({ maxLength: 9 })).map(([at, bytes]) => {
        const line = Buffer.from(decision);
        line.set(bytes.subarray(0, line.length - at), at);
        return line;
      }),
    );
    fc.assert(
      fc.property(garbage, (line) => {
        const parsed = parseEventLine(line);
        expect(parsed.ok || parsed.reason.length > 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuses a moment that the calendar does not have", () => {
    const at = (day: string) => parseEventLine(decision.replace(/2026-11-\d\d/, day));
    expect(at("2026-02-28").ok).toBe(true);
    expect(at("2024-02-29").ok).toBe(true);
    for (const day of ["2026-02-29", "2026-02-30", "2026-04-31"])
      expect(at(day)).toMatchObject({ ok: false, fault: "timestamp-valid" });
  });
});

describe("a line that is nested deep", () => {
  // The event is a level, and so is its payload.
  const nested = (levels: number, open: string, close: string) =>
    decision.replace("[null]", `${open.repeat(levels - 1)}${close.repeat(levels - 1)}`);

  it.each([
    ["arrays", "[", "]"],
    ["objects", '{"":', "}"],
    ["arrays of strings with brackets", '["\\\\\\"[[{{",', "]"],
  ])("is an event up to the limit, and none past it: %s", (_what, open, close) => {
    const line = (levels: number) =>
      nested(levels, open, close).replace(`${open}${close}`, `${open}0${close}`);
    expect(parseEventLine(line(MAX_DEPTH))).toMatchObject({ ok: true });
    for (const levels of [MAX_DEPTH + 1, 20_000, 200_000])
      expect(parseEventLine(line(levels))).toEqual({
        ok: false,
        fault: "line",
        reason: "more than 1000 levels of objects and arrays",
      });
  });

  it("is not one that only has many brackets", () => {
    expect(parseEventLine(decision.replace("[null]", `[${"[],".repeat(5000)}{}]`)).ok).toBe(true);
    expect(parseEventLine(decision.replace("[null]", JSON.stringify("[{".repeat(5000)))).ok).toBe(true);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  endingOf,
  MAX_BANDS,
  phaseSpans,
  settingsOf,
  spanText,
  sparklineOf,
  troubleFilter,
} from "./index.ts";

describe("a sparkline", () => {
  it("holds a number until the next, and to the end", () => {
    expect(
      sparklineOf(
        [
          [0, 0],
          [5, 10],
        ],
        10,
      ),
    ).toEqual({ kind: "line", path: "M0 18.5H50V1.5H100" });
  });

  it("breaks where the variable was gone, and ends where it went", () => {
    expect(sparklineOf([[0, 1], [2], [6, 3], [8]], 10)).toEqual({
      kind: "line",
      path: "M0 18.5H20M60 1.5H80",
    });
  });

  it("of a value that never changed is a line in the middle; of nothing there is none", () => {
    expect(sparklineOf([[0, 7]], 4)).toEqual({ kind: "line", path: "M0 10H100" });
    expect(sparklineOf([[0, 7]], 0)).toEqual({ kind: "line", path: "M0 10H100" });
    expect([sparklineOf(undefined, 4), sparklineOf([], 4), sparklineOf([[3]], 4)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("of texts and truth values is what they were from when to when, equal ones alike", () => {
    expect(
      sparklineOf(
        [
          [0, "S"],
          [5, "I"],
          [8, "S"],
        ],
        10,
      ),
    ).toEqual({
      kind: "bands",
      bands: [
        { x: 0, width: 50, value: 0, text: "S" },
        { x: 50, width: 30, value: 1, text: "I" },
        { x: 80, width: 20, value: 0, text: "S" },
      ],
    });
  });

  it("stays in its box whatever the points", () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.nat(60), (values, turns) => {
        const points = values.map((one, turn): [number, string | number] => [turn, one]);
        const spark = sparklineOf(points, turns);
        const positions =
          spark?.kind === "line"
            ? [...spark.path.matchAll(/[MH](-?[\d.]+)/g)].map(([, x]) => Number(x))
            : (spark?.bands.flatMap(({ x, width }) => [x, x + Math.min(width, 100 - x)]) ?? []);
        for (const x of positions) expect(x >= 0 && x <= 100).toBe(true);
        if (spark?.kind === "bands")
          for (const band of spark.bands) expect(band.value).toBeLessThan(MAX_BANDS);
      }),
    );
  });
});

describe("the phases of a run", () => {
  const phase = (name: string, turn_start: number, turn_end: number) => ({
    name,
    event_id: `${name}${turn_start}`,
    turn_start,
    turn_end,
  });

  it("are told one by one, with the turns they cover", () => {
    const spans = phaseSpans([phase("rain", 3, 7), phase("collapse", 12, 12)]);
    expect(spans.map((span) => [span.name, spanText(span)])).toEqual([
      ["rain", "turns 3–7"],
      ["collapse", "turn 12"],
    ]);
  });

  it("are told together by name where there are very many", () => {
    const days = Array.from({ length: 20 }, (_, n) => phase(n % 2 === 0 ? "day" : "night", n, n + 1));
    expect(phaseSpans(days).map((span) => [span.name, spanText(span)])).toEqual([
      ["day", "10 times, turns 0–19"],
      ["night", "10 times, turns 1–20"],
    ]);
  });
});

describe("the events behind a refusal", () => {
  it("are the agent's, by what all their reasons have", () => {
    expect(
      troubleFilter({
        agent_id: "Dr. Smith",
        action_type: "buy",
        error_type: "validation_error",
        reason: "costs … but has only … left.",
        count: 4,
      }),
    ).toMatchObject({ kinds: ["SYSTEM"], involving: ["Dr. Smith"], text: "but has only" });
  });

  it("are any SYSTEM events where it is nobody's, or no reason is told", () => {
    expect(
      troubleFilter({ error_type: "others", reason: "reasons that are not told apart", count: 1 }),
    ).toMatchObject({
      kinds: ["SYSTEM"],
      involving: [],
      text: "",
    });
  });
});

describe("a run's parameters", () => {
  it("are told one by one", () => {
    expect(settingsOf({ rate: 0.02, prices: { bread: 1, of: [1, 2] }, none: null })).toEqual([
      { name: "rate", value: 0.02 },
      { name: "prices.bread", value: 1 },
      { name: "prices.of", value: [1, 2] },
      { name: "none", value: null },
    ]);
    expect(settingsOf(undefined)).toEqual([]);
    expect(settingsOf({})).toEqual([]);
  });
});

describe("how a run ended", () => {
  it("is told in the words of its last event", () => {
    const end_reason = "Stopped in turn 12: the stock has collapsed";
    expect(endingOf({ status: "completed", turns: 12, ended_by: "engine", end_reason })).toBe(
      `${end_reason}.`,
    );
  });

  it.each([
    [{ status: "running", turns: 3 }, "It is in turn 3 so far."],
    [
      { status: "completed", turns: 50, ended_by: "turns", end_reason: "Simulation ended" },
      "It ran to its last turn, 50.",
    ],
    [{ status: "failed", turns: 2 }, "It failed in turn 2; nothing says why."],
    [{ status: "interrupted", turns: 2, ended_by: "signal" }, "It was interrupted, in turn 2."],
    [
      { status: "interrupted", turns: 2 },
      "Its writer ended without closing the run, in turn 2: how it was to end is not known.",
    ],
  ] as const)("is told of %j", (run, told) => {
    expect(endingOf(run)).toBe(told);
  });
});

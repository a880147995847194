import type { TimelineAnswer } from "@llm-sim/api";
import { describe, expect, it } from "vitest";
import { barAt, barText, densityOf, gridOver, type Lane, spanText } from "./index.ts";

const answer = (bucket: Partial<TimelineAnswer["buckets"][number]>): TimelineAnswer => ({
  by: "turn",
  total: 12,
  buckets: [{ from: 0, to: 9, total: 12, by_type: {}, by_agent: {}, ...bucket }],
  agents_omitted: 0,
  complete: true,
  gaps: [],
});
const coarse = densityOf(
  [
    answer({ by_type: { ACTION: 8 }, by_agent: { alice: 6, bob: 2 } }),
    answer({ by_type: { STATE: 4 }, by_agent: { alice: 4 } }),
  ],
  gridOver(0, 20, 2),
);
const fine = densityOf(
  [answer({ from: 4, to: 4, by_type: { ACTION: 3 }, by_agent: { alice: 3 } })],
  gridOver(4, 6, 2),
);
const alice: Lane = { id: "agent:alice", label: "alice", agent: "alice" };

describe("a bar", () => {
  it("says whose it is, which turns it stands for, and how many events of which kinds", () => {
    const bar = barAt([coarse], alice, 7.5);
    expect(bar).toEqual({
      lane: alice,
      from: 0,
      to: 10,
      kinds: [
        { kind: "ACTION", count: 6 },
        { kind: "STATE", count: 4 },
      ],
      total: 10,
    });
    expect(bar && barText(bar, "turn")).toBe("alice, turns 0–9: 10 events, 6 ACTION, 4 STATE");
  });

  it("is of the finest counts that are known there", () => {
    expect(barAt([coarse, fine], alice, 4.2)).toMatchObject({ from: 4, to: 5, total: 3 });
    expect(barAt([coarse, fine], alice, 8)).toMatchObject({ from: 0, to: 10, total: 10 });
  });

  it("of all agents together has what they all did", () => {
    expect(barAt([coarse], { id: "agents", label: "All 2 agents" }, 0)).toMatchObject({ total: 12 });
  });

  it("is not where nothing happened, nor beside the axis", () => {
    expect(barAt([coarse], alice, 15)).toBeUndefined();
    expect(barAt([coarse], { id: "system", label: "System" }, 1)).toBeUndefined();
    expect(barAt([coarse], alice, -1)).toBeUndefined();
    expect(barAt([coarse], alice, 20)).toBeUndefined();
  });

  it("stands for a turn, for turns or for a time", () => {
    expect(spanText({ from: 1234, to: 1235 }, "turn")).toBe("turn 1,234");
    expect(spanText({ from: 3, to: 9 }, "turn")).toBe("turns 3–8");
    const start = Date.UTC(2026, 10, 23, 7, 15) * 1000;
    expect(spanText({ from: start, to: start + 2_500_000 }, "time")).toBe("07:15:00.000000–07:15:02.500000");
  });
});

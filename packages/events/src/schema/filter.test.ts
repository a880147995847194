import { describe, expect, it } from "vitest";
import { eventFilterSchema } from "./index.ts";

const wrongField = (filter: unknown) => eventFilterSchema.safeParse(filter).error?.issues[0]?.path[0];

describe("EventFilter", () => {
  it("has limit 1000 and offset 0 where nothing is said", () => {
    expect(eventFilterSchema.parse({})).toEqual({ limit: 1000, offset: 0 });
  });

  it("takes a limit from 1 to 10000", () => {
    expect(eventFilterSchema.parse({ limit: 1 }).limit).toBe(1);
    expect(eventFilterSchema.parse({ limit: 10_000 }).limit).toBe(10_000);
    for (const limit of [0, -1, 10_001, 1.5, "7", null]) expect(wrongField({ limit })).toBe("limit");
  });

  it("takes an offset from 0", () => {
    expect(eventFilterSchema.parse({ offset: 5_000_000 }).offset).toBe(5_000_000);
    for (const offset of [-1, 0.5, "0"]) expect(wrongField({ offset })).toBe("offset");
  });

  it("takes every criterion of the contract", () => {
    const filter = {
      start_timestamp: "2026-11-23T07:15:00.000000Z",
      end_timestamp: "2026-11-23T07:16:00.000000Z",
      event_types: ["STATE", "ACTION"],
      agent_ids: ["alice", "bob"],
      involving: ["carol"],
      turn_start: 0,
      turn_end: 9,
      caused_by: "01KATN0000ABCDEFGHJKMN0001",
      q: "buys",
      limit: 5,
      offset: 2,
      cursor: "x",
    };
    expect(eventFilterSchema.parse(filter)).toEqual(filter);
  });

  it("brings any ISO 8601 moment to the log's form, so that it compares as text", () => {
    const filter = eventFilterSchema.parse({
      start_timestamp: "2026-11-23T08:15:00.5+01:00",
      end_timestamp: "2026-11-23",
    });
    expect(filter.start_timestamp).toBe("2026-11-23T07:15:00.500000Z");
    expect(filter.end_timestamp).toBe("2026-11-23T00:00:00.000000Z");
  });

  it.each([
    [{ start_timestamp: "yesterday" }, "start_timestamp"],
    [{ end_timestamp: "2026-13-01T00:00:00Z" }, "end_timestamp"],
    [{ event_types: ["ENV"] }, "event_types"],
    [{ agent_ids: ["a\u0007b"] }, "agent_ids"],
    [{ involving: [""] }, "involving"],
    [{ turn_start: -1 }, "turn_start"],
    [{ turn_end: 1.5 }, "turn_end"],
    [{ caused_by: "x" }, "caused_by"],
  ])("refuses %j, naming the field", (filter, field) => {
    expect(wrongField(filter)).toBe(field);
  });

  it("refuses a criterion that it does not know", () => {
    expect(eventFilterSchema.safeParse({ agent: "alice" }).success).toBe(false);
  });
});

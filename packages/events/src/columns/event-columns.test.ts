import { describe, expect, it } from "vitest";
import { allMembers, EVENT_TYPES, eventSchema } from "../schema/index.ts";
import { sampleEvent } from "../testing/index.ts";
import { csvRecord, EVENT_COLUMNS, eventCells } from "./index.ts";

const row = (event: object) => {
  const cells = eventCells("market (1)", eventSchema.parse(event));
  expect(cells).toHaveLength(EVENT_COLUMNS.length);
  const filled = EVENT_COLUMNS.map(({ name }, at) => [name, cells[at]]);
  return Object.fromEntries(filled.filter(([, cell]) => cell !== undefined));
};

describe("a table of events", () => {
  it("has the run's column, one for each member that there is, and one for what is left", () => {
    expect(EVENT_COLUMNS.map(({ name }) => name)).toEqual([
      "run",
      ...allMembers().map(({ name }) => name),
      "extra",
    ]);
  });

  it("has columns of the types that a reader of Parquet expects", () => {
    const types = Object.fromEntries(EVENT_COLUMNS.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      timestamp: "TIMESTAMP",
      turn_number: "BIGINT",
      retry_count: "BIGINT",
      caused_by: "JSON",
      old_value: "JSON",
      agent_id: "VARCHAR",
      status: "VARCHAR",
      extra: "JSON",
    });
  });

  it.each(EVENT_TYPES)("has all of a %s event in its row", (kind) => {
    expect(row(sampleEvent(kind))).toEqual({ run: "market (1)", ...sampleEvent(kind) });
  });

  it("puts what the event's kind does not know into `extra`, be it another kind's", () => {
    const event = { ...sampleEvent("ACTION"), retry_count: "often", run: 3, extra: null };
    expect(row(event)).toEqual({
      run: "market (1)",
      ...sampleEvent("ACTION"),
      extra: { retry_count: "often", run: 3, extra: null },
    });
  });

  it("as CSV is a record of RFC 4180", () => {
    const event = eventSchema.parse({
      ...sampleEvent("DECISION"),
      description: 'says "no", twice',
      old_value: "=cmd()",
      new_value: -1,
      details: undefined,
      lossy: undefined,
    });
    expect(csvRecord(eventCells("m", event)).replace(/,+$/, "")).toBe(
      `m,01KATN0000ABCDEFGHJKMN0009,2026-11-23T07:15:00.000123Z,2,DECISION,sample,alice,` +
        `"[""01KATN0000ABCDEFGHJKMN0008"",""01KATN0000ABCDEFGHJKMN0007""]",3,"says ""no"", twice",,,` +
        `a decision_type,'=cmd(),-1`,
    );
  });
});

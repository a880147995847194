import { csvRecord, EVENT_COLUMNS, eventCells } from "@llm-sim/events/columns";
import { eventSchema } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { fakeApi } from "../testing/fake-api.ts";
import { fakeRun } from "../testing/fake-run.ts";
import { createApiClient } from "./api/index.ts";
import { exportEvents, exportName } from "./export-events.ts";

const run = fakeRun({ turns: 600 });
const api = createApiClient({
  baseUrl: "",
  fetch: fakeApi({ m: run }).fetch,
  token: () => undefined,
  onReachable: () => {},
});

async function exported(format: "csv" | "jsonl", criteria = {}) {
  const pieces: string[] = [];
  const progress: [number, number][] = [];
  for await (const piece of exportEvents(api, "m", criteria, format, (written, total) =>
    progress.push([written, total]),
  ))
    pieces.push(piece);
  return { text: pieces.join(""), progress };
}

describe("an export", () => {
  it("as JSON Lines holds every event that matches, over all pages", async () => {
    expect(run.length).toBeGreaterThan(5000);
    const { text, progress } = await exported("jsonl");
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => eventSchema.parse(JSON.parse(line)).event_id)).toEqual(
      run.map((event) => event.event_id),
    );
    expect(progress.at(-1)).toEqual([run.length, run.length]);
  });

  it("as CSV has the columns and cells that every export of events has", async () => {
    const criteria = { event_types: ["ACTION", "STATE"] as const, turn_end: 2 };
    const { text } = await exported("csv", criteria);
    const events = run.filter(
      ({ event_type, turn_number }) =>
        (event_type === "ACTION" || event_type === "STATE") && turn_number <= criteria.turn_end,
    );
    expect(events.length).toBeGreaterThan(8);
    const records = [EVENT_COLUMNS.map(({ name }) => name), ...events.map((event) => eventCells("m", event))];
    expect(text).toBe(records.map((cells) => `${csvRecord(cells)}\n`).join(""));
  });

  it("keeps every digit of a number beyond a double: as text in CSV, as a number in JSON Lines", async () => {
    const served = fakeApi({ m: run }).fetch;
    const connection = {
      baseUrl: "",
      fetch: async (url: string, init: RequestInit) => {
        const text = await (await served(url, init)).text();
        return new Response(text.replaceAll(/"new_value":[\d.]+/g, '"new_value":9054686819491029395'));
      },
      token: () => undefined,
      onReachable: () => {},
    };
    const all = { csv: "", jsonl: "" };
    for (const format of ["csv", "jsonl"] as const)
      for await (const piece of exportEvents({ connection }, "m", { event_types: ["STATE"] }, format))
        all[format] += piece;
    expect(all.csv).toContain(",9054686819491029395,");
    expect(all.jsonl).toContain('"new_value":9054686819491029395,');
  });

  it("is named for what is in it", () => {
    expect(exportName("market-7", true, "csv")).toBe("market-7-events-filtered.csv");
    expect(exportName("market-7", false, "png")).toBe("market-7-timeline.png");
  });
});

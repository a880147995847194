import { eventSchema } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { fakeApi } from "../../testing/fake-api.ts";
import { fakeRun } from "../../testing/fake-run.ts";
import { createApiClient } from "../api/index.ts";
import { CSV_HEADER, csvRow, exportEvents, exportName } from "./index.ts";

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

  it("as CSV has a header and a line for each event", async () => {
    const { text } = await exported("csv", { event_types: ["ACTION"], turn_end: 2 });
    const lines = text.trimEnd().split("\r\n");
    expect(`${lines[0]}\r\n`).toBe(CSV_HEADER);
    expect(lines).toHaveLength(1 + 8);
  });

  it("quotes what CSV cannot carry bare, and disarms formulas", () => {
    const row = csvRow(
      eventSchema.parse({
        event_id: "01JD00000000000000000000A1",
        timestamp: "2026-11-23T07:15:00.000123Z",
        turn_number: 1,
        simulation_id: "m",
        event_type: "STATE",
        scope: "global",
        variable_name: "=cmd()",
        old_value: null,
        new_value: { a: 'say "x", y' },
        description: "two\nlines",
        caused_by: ["01JD00000000000000000000A0", "01JD000000000000000000009Z"],
      }),
    );
    expect(row).toContain('"two\nlines"');
    expect(row).toContain("01JD00000000000000000000A0 01JD000000000000000000009Z");
    expect(row).toContain("'=cmd()");
    expect(row).toContain('"{""a"":""say \\""x\\"", y""}"');
  });

  it("is named for what is in it", () => {
    expect(exportName("market-7", true, "csv")).toBe("market-7-events-filtered.csv");
    expect(exportName("market-7", false, "png")).toBe("market-7-timeline.png");
  });
});

import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "./store.ts";
import { bruteForce } from "./testing/brute-force.ts";
import { inTemporaryDirectory } from "./testing/temporary-directory.ts";

const FIXTURES = join(import.meta.dirname, "fixtures", "python-dialect");

describe("runs in the dialect of the Python llm-sim", () => {
  it("are listed with their names, times and counts", async () => {
    await inTemporaryDirectory(async (output) => {
      cpSync(FIXTURES, output, { recursive: true });
      const store = openStore(output);
      const runs = await store.listRuns();
      expect(
        runs.map(({ name, event_count, status }) => [name, event_count, status].join()).toSorted(),
      ).toEqual([
        "event-stream-test,40,completed",
        "py-early,58,completed",
        "py-late,59,completed",
        "py-rotated,61,completed",
      ]);
      const rotated = runs.find(({ name }) => name === "py-rotated");
      expect(rotated?.start_time).toMatch(/^2025-10-05T10:15:00\.000\d{3}Z$/); // of the run, not of its newest segment
      expect(rotated?.segments).toBe(2);
      await store.close();
    });
  });

  it("answer as today's events, in order of time and id", async () => {
    await inTemporaryDirectory(async (output) => {
      cpSync(FIXTURES, output, { recursive: true });
      const store = openStore(output);
      for (const { id } of (await store.listRuns()).filter(({ name }) => name.startsWith("py-"))) {
        const run = await store.openRun(id);
        const page = await run.query({ event_types: ["STATE", "MILESTONE"] });
        expect(page.events()).toEqual(
          await bruteForce(join(output, id), { event_types: ["STATE", "MILESTONE"] }),
        );
        expect(page.total).toBeGreaterThan(10);
        expect(JSON.parse(page.lines[0]?.toString() ?? "")).toMatchObject({
          event_type: "MILESTONE",
          milestone_type: "simulation_start",
        });
        const [action] = (await run.query({ event_types: ["ACTION"], limit: 1 })).events();
        const { upstream, downstream } = await run.causality(action?.event_id ?? "", 5, {
          turnMarkers: true,
        });
        expect(upstream.map(({ event }) => event.event_type)).toEqual(["DECISION", "MILESTONE"]);
        expect(downstream.map(({ event }) => event.event_type)).toContain("STATE");
      }
      await store.close();
    });
  });

  it("are whole where the original's own orchestrator made them: every line is an event", async () => {
    await inTemporaryDirectory(async (output) => {
      cpSync(FIXTURES, output, { recursive: true });
      const store = openStore(output);
      const run = await store.openRun("event-stream-test_2agents_20261126_062057_01");
      const events = (await run.query()).events();
      expect(events).toHaveLength(40);
      expect(await run.skippedLines()).toEqual({ count: 0, lines: [] });
      const kinds = events.map(({ event_type }) => event_type);
      expect(
        ["MILESTONE", "DECISION", "ACTION"].map((type) => kinds.filter((kind) => kind === type).length),
      ).toEqual([12, 10, 18]);
      expect(
        events.filter((event) => event.event_type === "ACTION" && event.action_type !== "trade"),
      ).toEqual([]);
      await store.close();
    });
  });
});

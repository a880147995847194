import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Event, EventType } from "@llm-sim/events/schema";
import { beforeAll, describe, expect, it } from "vitest";
import { cli, jsonLines, temporaryDirectory, writeConfig } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
const llmSim = (...args: string[]) => cli(directory, ...args);

async function eventsOf(run: string, ...filters: string[]): Promise<Event[]> {
  const { stdout, code } = await llmSim("events", run, "--json", ...filters);
  expect(code).toBe(0);
  return jsonLines<Event>(stdout);
}

const kindsOf = (events: readonly Event[]) => new Set<EventType>(events.map((event) => event.event_type));

describe("the quickstart's five scenarios, through the command line", () => {
  beforeAll(async () => {
    writeConfig(directory, "bank.yaml");
    const ended = await llmSim("run", "bank.yaml", "--id", "basic");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("1. basic capture: a run leaves its events from start to end, one JSON object a line", async () => {
    const events = await eventsOf("basic");
    expect(events.at(0)).toMatchObject({ event_type: "MILESTONE", milestone_type: "simulation_start" });
    expect(events.at(-1)).toMatchObject({ event_type: "MILESTONE", milestone_type: "simulation_end" });
    const turns = events.filter(
      (event) => event.event_type === "MILESTONE" && event.milestone_type === "turn_end",
    );
    expect(turns.map((event) => event.turn_number)).toEqual([1, 2, 3, 4, 5]);
    expect(await llmSim("verify", "basic", "--complete")).toMatchObject({ code: 0 });
  });

  it("2. verbosity: MILESTONE holds milestones and trouble only, and DETAIL holds more", async () => {
    await llmSim("run", "bank.yaml", "--id", "coarse", "--verbosity", "MILESTONE");
    await llmSim("run", "bank.yaml", "--id", "fine", "--verbosity", "DETAIL");
    const coarse = await eventsOf("coarse");
    const fine = await eventsOf("fine");
    for (const event of coarse) {
      if (event.event_type === "SYSTEM") expect(["warning", "failure"]).toContain(event.status);
      else expect(event.event_type).toBe("MILESTONE");
    }
    expect(coarse.some((event) => event.event_type === "MILESTONE")).toBe(true);
    expect(fine.length).toBeGreaterThan(coarse.length);
    for (const kind of ["MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL"] as const) {
      expect(kindsOf(fine)).toContain(kind);
    }
  });

  it("3. rotation: each file stays below the limit, and together they are the whole run", async () => {
    const limit = 8 * 1024;
    await llmSim("run", "bank.yaml", "--id", "rotated", "--set", "events.max_file_size=8KB");
    const segments = readdirSync(join(directory, "output", "rotated")).filter((file) =>
      /^events.*\.jsonl$/.test(file),
    );
    expect(segments.length).toBeGreaterThan(2);
    for (const file of segments) {
      expect(statSync(join(directory, "output", "rotated", file)).size).toBeLessThanOrEqual(limit);
    }
    const { stdout } = await llmSim("export", "rotated", "--format", "jsonl");
    expect(jsonLines<Event>(stdout)).toHaveLength((await eventsOf("basic")).length);
    expect(await llmSim("verify", "rotated")).toMatchObject({ code: 0 });
  });

  it("4. queries: kinds, agents, turns and limits combine", async () => {
    const all = await eventsOf("basic");
    const asked = await eventsOf(
      "basic",
      "--type",
      "DECISION",
      "--type",
      "ACTION",
      "--agent",
      "alice",
      "--turns",
      "2..3",
    );
    const expected = all.filter(
      (event) =>
        (event.event_type === "DECISION" || event.event_type === "ACTION") &&
        event.agent_id === "alice" &&
        event.turn_number >= 2 &&
        event.turn_number <= 3,
    );
    expect(expected.length).toBeGreaterThan(1);
    expect(asked).toEqual(expected);
    expect(await eventsOf("basic", "--type", "ACTION", "--limit", "1")).toHaveLength(1);
    const middle = all[Math.floor(all.length / 2)];
    const since = await eventsOf("basic", "--since", middle?.timestamp ?? "");
    expect(since.length).toBeLessThan(all.length);
    expect(since.every((event) => event.timestamp >= (middle?.timestamp ?? ""))).toBe(true);
  });

  it("5. causality: every event but the first has earlier causes that are in the log, so there is no cycle", async () => {
    const seen = new Set<string>();
    for (const event of await eventsOf("basic")) {
      if (seen.size > 0) expect(event.caused_by?.length).toBeGreaterThan(0);
      for (const cause of event.caused_by ?? []) expect(seen).toContain(cause);
      seen.add(event.event_id);
    }
    expect(seen.size).toBeGreaterThan(50);
  });
});

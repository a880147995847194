import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readManifest, readSummary } from "@llm-sim/events/run";
import { type Event, eventSchema } from "@llm-sim/events/schema";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig, type RunOptions, runSimulation, type Simulation } from "../index.ts";
import { earner, village } from "./village.test.fixture.ts";

const MARKET = fileURLToPath(new URL("../../../../examples/market/simulation.yaml", import.meta.url));

let outputDir = "";
beforeEach(async () => {
  outputDir = await mkdtemp(join(tmpdir(), "llm-sim-summary-"));
});
afterEach(() => rm(outputDir, { recursive: true, force: true }));

async function summaryOf(simulation: Simulation, options: RunOptions) {
  const simulationId = options.verbosity ?? "run";
  await runSimulation(simulation, { outputDir, simulationId, signals: false, ...options }).catch(
    () => undefined,
  );
  const directory = join(outputDir, simulationId);
  const read = readSummary(directory);
  if (!read || !("summary" in read)) throw new Error(`No summary: ${JSON.stringify(read)}`);
  return { summary: read.summary, manifest: readManifest(directory), directory };
}

async function eventsOf(directory: string): Promise<Event[]> {
  const text = await readFile(join(directory, "events.jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => eventSchema.parse(JSON.parse(line)));
}

describe("summary.json", () => {
  it("of a run at MILESTONE says what a log at STATE tells: values by turn, and refusals by agent and reason", async () => {
    const simulation = await loadConfig(MARKET);
    const coarse = await summaryOf(simulation, { verbosity: "MILESTONE" });
    const fine = await summaryOf(simulation, { verbosity: "STATE" });
    expect({ ...coarse.summary, simulation_id: "" }).toEqual({ ...fine.summary, simulation_id: "" });

    const events = await eventsOf(fine.directory);
    const refused = events.filter((event) => event.event_type === "SYSTEM").length;
    expect(refused).toBeGreaterThan(0);
    expect(coarse.summary.tried.refusals).toBe(refused);
    expect(coarse.summary.refusals.reduce((sum, { count }) => sum + count, 0)).toBe(refused);
    expect(coarse.summary.refusals[0]).toMatchObject({
      agent_id: expect.any(String),
      reason: expect.any(String),
    });

    const curves = new Map<string, Map<number, unknown>>();
    for (const event of events) {
      if (event.event_type !== "STATE") continue;
      const key = JSON.stringify([event.agent_id, event.variable_name]);
      const curve = curves.get(key) ?? new Map<number, unknown>();
      curves.set(key, curve.set(event.turn_number, event.change === "removed" ? undefined : event.new_value));
    }
    expect(coarse.summary.variables).toHaveLength(curves.size);
    for (const { agent_id, variable, points = [] } of coarse.summary.variables) {
      const curve = curves.get(JSON.stringify([agent_id, variable])) ?? new Map<number, unknown>();
      for (const [turn, value] of points) expect(curve.get(turn)).toEqual(value);
    }
  });

  it.each<[string, string, Simulation, RunOptions]>([
    ["to its last turn", "turns", village({ alice: earner }), {}],
    ["stopped by the engine", "engine", village({ alice: earner }, { params: { stopAt: 1 } }), {}],
    ["stopped by a condition", "condition", village({ alice: earner }), { breakWhen: "turn > 0" }],
    ["interrupted", "signal", village({ alice: earner }), { signal: AbortSignal.abort("enough") }],
    ["whose engine failed", "error", village({ alice: earner }, { params: { failAt: 2 } }), {}],
  ])(
    "is there for a run %s, and run.json says that it ended by %s",
    async (_, endedBy, simulation, options) => {
      const { summary, manifest } = await summaryOf(simulation, options);
      expect(manifest?.ended_by).toBe(endedBy);
      const first = summary.variables.find(
        ({ agent_id, variable }) => agent_id === "alice" && variable === "wealth",
      );
      expect(first).toMatchObject({ first: 100, points: expect.arrayContaining([[0, 100]]) });
    },
  );
});

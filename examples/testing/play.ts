// For the examples' tests: runs a config into a directory of its own, and reads back what it left.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents } from "@llm-sim/events/read";
import type { Event, VerbosityLevel } from "@llm-sim/events/schema";
import { type FoldedState, StateFold } from "@llm-sim/events/state";
import { loadConfig, type Override, type RunResult, runSimulation } from "@llm-sim/simulation";

export interface Played {
  summary: RunResult;
  directory: string;
  events: Event[];
  /** The state at the end; empty where STATE was not recorded. */
  state: FoldedState;
}

/** @param look what to do with the run before it is deleted */
export async function play<T>(
  config: string,
  { verbosity = "STATE", overrides = [] }: { verbosity?: VerbosityLevel; overrides?: Override[] },
  look: (played: Played) => T | Promise<T>,
): Promise<T> {
  const outputDir = await mkdtemp(join(tmpdir(), "llm-sim-example-"));
  try {
    const simulation = await loadConfig(config, { overrides });
    const summary = await runSimulation(simulation, { outputDir, verbosity });
    const directory = summary.directory ?? "";
    const events: Event[] = [];
    const fold = new StateFold();
    for await (const { event } of readEvents(directory)) {
      events.push(event);
      if (event.event_type === "STATE") fold.apply(event);
    }
    return await look({ summary, directory, events, state: fold.toJSON() });
  } finally {
    await rm(outputDir, { recursive: true, force: true });
  }
}

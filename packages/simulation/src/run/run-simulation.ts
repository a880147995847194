import type { RunOptions, RunResult } from "./options.ts";
import { SimulationOrchestrator } from "./orchestrator.ts";
import type { Simulation } from "./simulation.ts";

/**
 * Runs a simulation once and leaves its log.
 *
 *     const summary = await runSimulation(await loadConfig("market.yaml"), { outputDir: "output", verbosity: "STATE" });
 *
 * @throws RunError where the run cannot begin, or the engine fails
 */
export function runSimulation(simulation: Simulation, options?: RunOptions): Promise<RunResult> {
  return new SimulationOrchestrator(simulation, options).run();
}

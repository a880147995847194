// Runs the market example once; prints how many events were written.
import { fileURLToPath } from "node:url";
import { loadConfig, runSimulation } from "@llm-sim/simulation";

const [stream, outputDir, turns] = process.argv.slice(2);
const config = fileURLToPath(new URL("../../examples/market/simulation.yaml", import.meta.url));
const simulation = await loadConfig(config, {
  overrides: [
    { path: "simulation.turns", value: Number(turns) },
    // Checkpoints need a run's directory, which a run without a stream does not have: neither side writes any.
    { path: "simulation.checkpoint_interval", value: 1_000_000 },
  ],
});
const { stats } = await runSimulation(simulation, { stream, outputDir, verbosity: "STATE" });
console.log(stats.written);

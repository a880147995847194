// Runs the market example once; prints how many events were written.
import { fileURLToPath } from "node:url";
import { loadConfig, runSimulation } from "@llm-sim/simulation";

const [stream, outputDir, turns] = process.argv.slice(2);
const config = fileURLToPath(new URL("../../examples/market/simulation.yaml", import.meta.url));
const simulation = await loadConfig(config, {
  overrides: [{ path: "simulation.turns", value: Number(turns) }],
});
const { stats } = await runSimulation(simulation, { stream, outputDir, verbosity: "STATE" });
console.log(stats.written);

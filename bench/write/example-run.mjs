// Runs an example of one tree once; prints how many events were written, and their bytes.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tree, example, level, turns, outputDir] = process.argv.slice(2);
const { loadConfig, runSimulation } = await import(
  pathToFileURL(join(tree, "packages/simulation/dist/index.js")).href
);
const simulation = await loadConfig(join(tree, "examples", example, "simulation.yaml"), {
  overrides: [
    ...(turns === "" ? [] : [{ path: "simulation.turns", value: Number(turns) }]),
    // Checkpoints need a run's directory, which a run without a stream does not have: no side writes any.
    { path: "simulation.checkpoint_interval", value: 1_000_000 },
  ],
});
const { stats } = await runSimulation(
  simulation,
  level === "off" ? { stream: "off" } : { stream: "file", outputDir, verbosity: level },
);
console.log(JSON.stringify({ events: stats.written, bytes: stats.bytes }));

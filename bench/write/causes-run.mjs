// Runs an example of one tree once; prints CPU milliseconds of the run alone, events and bytes.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tree, example, stream, verbosity, turns, outputDir] = process.argv.slice(2);
const { loadConfig, runSimulation } = await import(
  pathToFileURL(join(tree, "packages/simulation/dist/index.js")).href
);
const simulation = await loadConfig(join(tree, "examples", example, "simulation.yaml"), {
  overrides: [
    ...(turns === "" ? [] : [{ path: "simulation.turns", value: Number(turns) }]),
    { path: "simulation.checkpoint_interval", value: 1_000_000 },
  ],
});
const before = process.cpuUsage();
const { stats } = await runSimulation(simulation, { stream, outputDir, verbosity });
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ ms: (user + system) / 1000, events: stats.written, bytes: stats.bytes }));

// npm run bench:write — what an event costs, beside what else writes lines to a file.
// Arguments: --count N (events a round, 200000), --rounds N (5), --other TREE (an earlier version, built, for the examples).
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { alternate, verdict } from "../measure.mjs";
import { awaitCost } from "./await-cost.mjs";
import { contestants } from "./contestants.mjs";
import { eventOf } from "./events.mjs";
import { examplesCost } from "./examples.mjs";
import { latencies } from "./latency.mjs";
import { endlessLoop, stalledSink } from "./pressure.mjs";
import { suppressedCost } from "./suppressed.mjs";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200000" },
    rounds: { type: "string", default: "5" },
    other: { type: "string" },
  },
});
const count = Number(values.count);
const rounds = Number(values.rounds);
const directory = mkdtempSync(join(tmpdir(), "llm-sim-bench-"));
const results = [];
const hold = (label, value, limit, unit) => results.push(verdict(label, value, limit, unit));

try {
  const bytes = Math.round(
    [0, 1, 2, 3].reduce((sum, index) => sum + JSON.stringify(eventOf(index)).length, 0) / 4,
  );
  console.log(
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}; ${count} events of ${bytes} bytes on average, medians of ${rounds} rounds\n`,
  );

  console.log("End to end to the file, µs per event (emit or log, then flush):");
  const cost = await alternate(contestants(directory, count), rounds);
  for (const [name, value] of Object.entries(cost)) {
    console.log(
      `  ${name.padEnd(34)} ${value.toFixed(2).padStart(7)}   ${Math.round(1e6 / value)
        .toLocaleString("en")
        .padStart(10)} events/s`,
    );
  }
  const own = cost["llm-sim"];
  hold("pino child async, logging the same object", own / cost["pino child, async"], 0.3);
  hold("bare JSON.stringify", own / cost.stringify, 1.25);
  hold("stringify + writeSync in 64 KB chunks", own / cost["stringify + writeSync 64 KB"], 0.85);
  hold("pino sync 4096, in events per second (inverse)", own / cost["pino child, sync 4096"], 0.333);

  console.log("\nOne emit, µs:");
  const latency = await latencies(directory, count, rounds);
  for (const [name, { p50, p99, p9999, max }] of Object.entries(latency)) {
    console.log(
      `  ${name.padEnd(34)} p50 ${p50.toFixed(2)}   p99 ${p99.toFixed(2)}   p99.99 ${p9999.toFixed(0)}   max ${max.toFixed(0)}`,
    );
  }
  hold("p99.99 of emit beside pino's", latency["llm-sim"].p9999 / latency["pino child, async"].p9999, 0.2);

  console.log("\nA suppressed emit:");
  hold("suppressed emit", await suppressedCost(directory, rounds), 20, "ns");

  console.log("\nA loop that never yields:");
  const endless = await endlessLoop(1_000_000);
  console.log(
    `  1,000,000 events in ${endless.seconds.toFixed(2)} s, ${endless.dropped} dropped, ${endless.written} written`,
  );
  hold("dropped of 1,000,000", endless.dropped, 0, "events");
  hold("memory of that process", endless.rss / 1e6, 200, "MB");

  console.log("\nA disk that stalls for 5 s:");
  const stalled = await stalledSink();
  console.log(
    `  ${stalled.emitted} emitted, ${stalled.written} written, ${stalled.dropped} dropped, ${stalled.lines} lines in the file`,
  );
  hold("longest emit", stalled.longest, 50, "ms");
  hold(
    "emitted − written − dropped",
    Math.abs(stalled.emitted - stalled.written - stalled.dropped),
    0,
    "events",
  );
  hold("lines in the file − written", Math.abs(stalled.lines - stalled.written), 0, "events");

  console.log("\nAn await in the host, ns:");
  for (const [name, value] of Object.entries(await awaitCost(rounds)))
    console.log(`  ${name.padEnd(34)} ${value.toFixed(0)}`);

  console.log("\nExamples, wall time of the process:");
  results.push(...(await examplesCost(rounds, values.other)));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
if (results.includes(false)) {
  console.log(
    "\nSome figures are over what they are held to. On a shared machine, run it again before believing it.",
  );
  process.exitCode = 1;
}

// How long single calls take: the tail is what a simulation notices.
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import pino from "pino";
import { median, percentile } from "../measure.mjs";
import { emitTo, eventOf } from "./events.mjs";

function timed(count, call) {
  const times = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    call(index);
    times[index] = (performance.now() - start) * 1000;
  }
  return times;
}

async function llmSim(directory, count) {
  rmSync(join(directory, "latency"), { recursive: true, force: true });
  const stream = await openEventStream({
    outputDir: directory,
    simulationId: "latency",
    verbosity: "STATE",
    signals: false,
  });
  const turn = stream.startTurn(17);
  const times = timed(count, (index) => emitTo(turn, index));
  await stream.close();
  return times;
}

async function pinoAsync(directory, count) {
  const destination = pino.destination({ dest: join(directory, "pino.jsonl"), sync: false, minLength: 4096 });
  await once(destination, "ready");
  const logger = pino(destination).child({ simulation_id: "bench" });
  const times = timed(count, (index) => logger.info(eventOf(index)));
  destination.end();
  await once(destination, "close");
  return times;
}

/** @returns µs by contestant; each a median over rounds */
export async function latencies(directory, count, rounds) {
  const all = { "llm-sim": [], "pino child, async": [] };
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of [
      ["llm-sim", llmSim],
      ["pino child, async", pinoAsync],
    ]) {
      globalThis.gc?.();
      const times = await run(directory, count);
      if (round >= 0)
        all[name].push({
          p50: percentile(times, 0.5),
          p99: percentile(times, 0.99),
          p9999: percentile(times, 0.9999),
          max: percentile(times, 1),
        });
    }
  }
  const summarise = (runs) =>
    Object.fromEntries(
      ["p50", "p99", "p9999", "max"].map((key) => [key, median(runs.map((run) => run[key]))]),
    );
  return Object.fromEntries(Object.entries(all).map(([name, runs]) => [name, summarise(runs)]));
}

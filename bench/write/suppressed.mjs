// What an event costs that the verbosity leaves out.
import { openEventStream } from "@llm-sim/events";
import { median } from "../measure.mjs";

const COUNT = 5_000_000;

/** @returns ns per suppressed emit, from inside an asynchronous scope, the dearest place */
export async function suppressedCost(directory, rounds) {
  const stream = await openEventStream({
    outputDir: directory,
    simulationId: "suppressed",
    verbosity: "MILESTONE",
    signals: false,
  });
  const fields = { agent_id: "alice", old_value: 1, new_value: 2 };
  const results = [];
  await stream.turn(1, async () => {
    for (let round = -1; round < rounds; round++) {
      const start = performance.now();
      for (let index = 0; index < COUNT; index++) stream.state("wealth", fields);
      if (round >= 0) results.push(((performance.now() - start) * 1e6) / COUNT);
    }
  });
  const { suppressed } = stream.stats();
  await stream.close();
  if (suppressed !== COUNT * (rounds + 1)) throw new Error(`${suppressed} events were counted as suppressed`);
  return median(results);
}

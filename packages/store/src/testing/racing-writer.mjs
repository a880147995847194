// Writes a run in small segments for a reader to race: node racing-writer.mjs OUTPUT EVENTS none|gzip
import { setTimeout } from "node:timers/promises";
import { openEventStream } from "@llm-sim/events";

const [outputDir, count, compress] = process.argv.slice(2);
const stream = await openEventStream({
  outputDir,
  simulationId: "raced",
  verbosity: "DETAIL",
  maxFileSize: 64 * 1024,
  compress,
});
await stream.flush();
process.send("written");
const wealth = { alice: 1000, bob: 1000 };
for (const agent of ["alice", "bob"]) {
  stream.state("wealth", { agent_id: agent, old_value: null, new_value: 1000, change: "added" });
}
for (let turn = 1, emitted = 0; emitted < Number(count); turn++) {
  const scope = stream.startTurn(turn);
  for (const agent of ["alice", "bob"]) {
    const decision = scope.decision(agent, "trade", { new_value: turn });
    scope.action(agent, "trade", { amount: turn }, { caused_by: decision });
    scope.state("wealth", { agent_id: agent, old_value: wealth[agent], new_value: ++wealth[agent] });
    emitted += 3;
  }
  scope.end();
  if (turn % 50 === 0) {
    await stream.flush();
    await setTimeout(10);
  }
}
await stream.close();
process.disconnect();

// Writes a run with rotation and compression until whoever started it asks it to end: node --expose-gc writer.mjs DIRECTORY ID EVENTS_PER_SECOND.
// Is asked over IPC for the bytes that it holds.
import { openEventStream } from "../../packages/events/dist/index.js";
import { heldBytes } from "./held-bytes.mjs";

const [outputDir, simulationId, rate] = process.argv.slice(2);
const EVERY = 20;
const AGENTS = Array.from({ length: 20 }, (_, place) => `agent_${place}`);
const stream = await openEventStream({
  outputDir,
  simulationId,
  verbosity: "DETAIL",
  signals: false,
  maxFileSize: "1MB",
  compress: "gzip",
  scopes: "explicit",
});
const wealth = new Map();
let emitted = 0;
let turn = 0;
const start = performance.now();
const writing = setInterval(() => {
  const due = ((performance.now() - start) / 1000) * Number(rate);
  while (emitted < due) {
    const scope = stream.startTurn(++turn);
    for (const agent of AGENTS) {
      const decided = scope.decision(agent, "work", { new_value: { hours: turn % 9 } });
      const done = scope.action(agent, "work", { hours: turn % 9 }, { caused_by: decided });
      scope.state("wealth", {
        agent_id: agent,
        old_value: wealth.get(agent) ?? null,
        new_value: turn,
        caused_by: done,
        ...(turn === 1 && { change: "added" }),
      });
      wealth.set(agent, turn);
    }
    scope.end();
    emitted += 3 * AGENTS.length + 2;
  }
}, EVERY);
await stream.flush();
process.on("message", (message) => {
  if (message === "held") process.send(heldBytes());
  if (message !== "end") return;
  clearInterval(writing);
  void stream.close().then(() => process.disconnect());
});
process.on("disconnect", () => process.exit());
process.send("open");

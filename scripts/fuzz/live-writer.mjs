// Writes a run with rotation and compression for as long as whoever started it lives: node live-writer.mjs DIRECTORY ID EVENTS_PER_SECOND
import { openEventStream } from "../../packages/events/dist/index.js";

const [outputDir, simulationId, rate] = process.argv.slice(2);
const EVERY = 20;
const stream = await openEventStream({
  outputDir,
  simulationId,
  verbosity: "DETAIL",
  signals: false,
  maxFileSize: "64KB",
  compress: "gzip",
  onWarning: () => undefined,
});
let turn = 0;
let owed = 0;
const writing = setInterval(() => {
  owed += (Number(rate) * EVERY) / 1000;
  while (owed > 0) {
    turn++;
    stream.turn(turn, (scope) => {
      for (const agent of ["alice", "bob"]) {
        const decided = scope.decision(agent, "fish", { new_value: turn });
        const done = scope.action(agent, "harvest", { amount: turn % 7 }, { caused_by: decided });
        scope.state("caught", {
          agent_id: agent,
          old_value: turn - 1,
          new_value: turn,
          caused_by: done,
          ...(turn === 1 && { change: "added" }),
        });
      }
    });
    owed -= 8;
  }
}, EVERY);
await stream.flush();
process.send?.("writing");
process.once("disconnect", () => {
  clearInterval(writing);
  void stream.close();
});

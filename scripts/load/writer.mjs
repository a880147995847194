// Writes a run live: node writer.mjs DIRECTORY ID RATE SECONDS. Each event says when it was emitted, by the clock that all processes share.
import { openEventStream } from "../../packages/events/dist/index.js";

const [outputDir, simulationId, rate, seconds] = process.argv.slice(2);
const EVERY = 10;
const stream = await openEventStream({
  outputDir,
  simulationId,
  verbosity: "DETAIL",
  signals: false,
  onWarning: () => undefined,
});
await stream.flush();
process.send("open");
process.once("message", () => {
  const start = performance.now();
  let emitted = 0;
  const writing = setInterval(() => {
    const elapsed = performance.now() - start;
    const due = Math.min(elapsed / 1000, Number(seconds)) * Number(rate);
    for (; emitted < due; emitted++)
      stream.action("alice", "work", { sent: Number(process.hrtime.bigint() / 1000n) });
    if (elapsed < Number(seconds) * 1000) return;
    clearInterval(writing);
    void stream.close().then(() => {
      process.send(emitted);
      process.disconnect();
    });
  }, EVERY);
});
process.on("disconnect", () => process.exit());

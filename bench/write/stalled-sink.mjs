// Emits for six seconds into a disk that stalls for five of them, with a small queue, and says what became of the events.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEventStream } from "@llm-sim/events";
import { emitTo } from "./events.mjs";

const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-stalled-"));
const diskModule = new URL("./stalled-disk.mjs", import.meta.url).href;
const stream = await openEventStream({
  outputDir,
  simulationId: "stalled",
  verbosity: "STATE",
  queueSize: "4MB",
  maxEventSize: "64KB",
  diskModule,
});
const turn = stream.startTurn(1);
let longest = 0;
let index = 0;
const end = performance.now() + 6_000;
while (performance.now() < end) {
  for (let burst = 0; burst < 200; burst++) {
    const start = performance.now();
    emitTo(turn, index++);
    longest = Math.max(longest, performance.now() - start);
  }
  await sleep(5);
}
turn.end();
await stream.close();
const { emitted, written, dropped } = stream.stats();
const lines = readFileSync(join(outputDir, "stalled", "events.jsonl"), "utf8").split("\n").length - 1;
console.log(JSON.stringify({ longest, emitted, written, dropped, lines }));
rmSync(outputDir, { recursive: true, force: true });

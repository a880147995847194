// Emits N events without ever yielding, and says what became of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { emitTo } from "./events.mjs";

const count = Number(process.argv[2]);
const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-endless-"));
const stream = await openEventStream({ outputDir, simulationId: "endless", verbosity: "STATE" });
const turn = stream.startTurn(1);
const start = performance.now();
for (let index = 0; index < count; index++) emitTo(turn, index);
await stream.flush();
const seconds = (performance.now() - start) / 1000;
const rss = process.resourceUsage().maxRSS * 1024;
await stream.close();
const { written, dropped } = stream.stats();
console.log(JSON.stringify({ seconds, rss, written, dropped }));
rmSync(outputDir, { recursive: true, force: true });

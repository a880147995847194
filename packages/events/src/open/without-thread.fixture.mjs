// Fills the queue many times over without yielding and ends: node without-thread.fixture.mjs PACKAGE DIR
import { pathToFileURL } from "node:url";

const [packageEntry, outputDir, way] = process.argv.slice(2);
const { openEventStream } = await import(pathToFileURL(packageEntry).href);
const stream = await openEventStream({ outputDir, simulationId: "run", queueSize: "1MB" });
const count = way === "few" ? 100 : 20_000;
for (let emitted = 0; emitted < count; emitted++)
  stream.action("alice", "buy", { n: emitted, filler: "x".repeat(200) });
if (way === "many") await stream.close();

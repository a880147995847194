// Prints the ns of one await; the argument says what kind of scopes are about.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";

const COUNT = 1_000_000;
const kind = process.argv[2];

async function loop() {
  for (let index = 0; index < COUNT / 10; index++) await null;
  const start = performance.now();
  for (let index = 0; index < COUNT; index++) await null;
  return ((performance.now() - start) * 1e6) / COUNT;
}

if (kind === "without a stream") console.log(await loop());
else {
  const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-await-"));
  const scopes = kind === "scopes: async" ? "async" : "explicit";
  const stream = await openEventStream({ outputDir, simulationId: "await", scopes });
  console.log(await stream.turn(1, loop));
  await stream.close();
  rmSync(outputDir, { recursive: true, force: true });
}

// Opens a run as soon as the file GO is there and says how that went: node taker.fixture.mjs DIR GO
import { existsSync } from "node:fs";
import { openEventStream } from "../../dist/index.js";

const [outputDir, go] = process.argv.slice(2);
process.stdout.write("ready\n");
while (!existsSync(go));
try {
  const stream = await openEventStream({ outputDir, simulationId: "run" });
  stream.action("taker", "took", { pid: process.pid });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await stream.close();
  process.stdout.write("took\n");
} catch (error) {
  process.stdout.write(`${error.code} ${error.holder?.pid}\n`);
}

// Opens a run as soon as the file GO is there and says how that went; holds it until STOP is there, or 20 s: node taker.fixture.mjs DIR GO STOP
import { existsSync } from "node:fs";
import { openEventStream } from "../../dist/index.js";

const [outputDir, go, stop] = process.argv.slice(2);
process.stdout.write("ready\n");
while (!existsSync(go));
try {
  const stream = await openEventStream({ outputDir, simulationId: "run" });
  stream.action("taker", "took", { pid: process.pid });
  for (const end = Date.now() + 20_000; !existsSync(stop) && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 20));
  await stream.close();
  process.stdout.write("took\n");
} catch (error) {
  process.stdout.write(`${error.code} ${error.holder?.pid}\n`);
}

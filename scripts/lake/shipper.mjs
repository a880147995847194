// A process that ships one run in small batches, to be killed: `node shipper.mjs ADDRESS DIRECTORY BATCH`.
import { openLake, shipRun } from "@llm-sim/lake";

const [address, directory, batchEvents] = process.argv.slice(2);
const lake = openLake(address);
const shipped = await shipRun(lake, directory, {
  batchEvents: Number(batchEvents),
  patience: 60_000,
  onNotice: console.error,
});
await lake.close();
console.log(JSON.stringify(shipped));

// A process that ships a run in small batches, or several, to be killed: `node shipper.mjs ADDRESS BATCH DIRECTORY…`.
import { openLake, shipRun, shipRuns } from "@llm-sim/lake";

const [address, batchEvents, ...directories] = process.argv.slice(2);
const lake = openLake(address);
const options = { batchEvents: Number(batchEvents), patience: 60_000, onNotice: console.error };
if (directories.length === 1) await shipRun(lake, directories[0], options);
else await shipRuns(lake, directories, options);
await lake.close();

// `npm run test:slurm`: two tasks of one array on a real Slurm, on this machine: one of them is killed and requeued, the other
// killed and submitted again, and the batch is whole.
// With `--if-installed` it does nothing where there is no Slurm.
import { build } from "../build.mjs";
import { whyNot } from "./cluster.mjs";

const reason = whyNot();
if (reason !== undefined) {
  const isOptional = process.argv.includes("--if-installed");
  console.log(isOptional ? `test:slurm is left out: ${reason}.` : `test:slurm: ${reason}`);
  process.exit(isOptional ? 0 : 1);
}
build();
const { campaign } = await import("./campaign.mjs");
await campaign({ say: console.log });

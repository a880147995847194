// Appends a run's lines to a file, one every few milliseconds, each telling when it was written: node tail-writer.mjs FILE FROM TO
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { generateLog } from "../../packages/store/dist/testing/generate-log.js";

const [path, from, to] = process.argv.slice(2);
const lines = [...generateLog({ events: Number(to) + 1, simulationId: "tailed" })].slice(
  Number(from),
  Number(to),
);
for (const line of lines) {
  // The monotonic clock is the same for all processes of a machine.
  appendFileSync(
    path,
    `${line.replace('"description":"', `"description":"written at ${process.hrtime.bigint()} `)}\n`,
  );
  await setTimeout(4);
}

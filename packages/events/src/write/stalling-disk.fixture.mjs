// A disk for the drain's own thread that obeys a file beside the run, `disk-orders`: "stall" (calls wait until it says otherwise),
// "fail", "full", "no gzip", "slow" (a write takes 2.2 s), "block" (a call into the system that does not come back), or nothing at all.
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { nodeDisk } from "../../dist/index.js";

const ordersFile = join(workerData.options.directory, "..", "disk-orders");

function orders() {
  try {
    return readFileSync(ordersFile, "utf8");
  } catch {
    return "";
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function refuse(code) {
  throw Object.assign(new Error(`${code}: as ordered`), { code });
}

function obey() {
  while (orders() === "stall") Atomics.wait(sleeper, 0, 0, 5);
  // Opening a pipe waits until somebody opens its other end.
  if (orders() === "block") openSync(join(workerData.options.directory, "..", "pipe"), "r");
  if (orders() === "fail") refuse("EIO");
  if (orders() === "full") refuse("ENOSPC");
}

export const disk = {
  ...nodeDisk,
  write(...parameters) {
    obey();
    if (orders() === "slow") Atomics.wait(sleeper, 0, 0, 2200);
    return nodeDisk.write(...parameters);
  },
  rename(...parameters) {
    obey();
    nodeDisk.rename(...parameters);
  },
  create(path) {
    obey();
    if (orders() === "no gzip" && path.includes(".gz")) refuse("ENOSPC");
    return nodeDisk.create(path);
  },
};

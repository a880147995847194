// How long the loop of this process was held: the work of the main thread, in CPU time, between two turns of the loop. Time in
// which the machine ran others does not count, so that a busy machine is not taken for a fault. Linux only.
//   NODE_OPTIONS="--import $PWD/scripts/load/longest-hold.mjs" npx llm-sim serve output   kill -USR2 PID prints and begins anew
import { openSync, readSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** Milliseconds between looks where the loop has nothing else to do; work is known to about a tick of the kernel (1–4 ms). */
const LOOK_EVERY = 1;
/** What nothing of ours may hold the loop for, in milliseconds. */
export const HELD_TOO_LONG = 50;

let longest = 0;
let longestAt = 0;
let tooLong = 0;
let since = performance.now();

/**
 * What held the loop since it was asked last, in milliseconds: the longest stretch, when that ended (epoch), how many were longer than
 * `HELD_TOO_LONG`, and for how long it was looked at.
 */
export function takeLongestHold() {
  const now = performance.now();
  const taken = { longest, at: performance.timeOrigin + longestAt, tooLong, over: now - since };
  longest = 0;
  tooLong = 0;
  since = now;
  return taken;
}

if (isMainThread && process.platform === "linux") {
  const work = workOfThisThread();
  let before = work();
  setInterval(() => {
    const now = work();
    const held = now - before;
    before = now;
    if (held > HELD_TOO_LONG) tooLong++;
    if (held <= longest) return;
    longest = held;
    longestAt = performance.now();
  }, LOOK_EVERY).unref();
  // The loop is to be seen from its first turn: what was worked before it, nobody could be kept waiting by.
  setImmediate(() => {
    before = work();
    takeLongestHold();
  });
  process.on("SIGUSR2", () => {
    const { longest: ms, at, tooLong: count, over } = takeLongestHold();
    console.error(
      `longest hold of the loop: ${ms.toFixed(1)} ms of work, until ${new Date(at).toISOString()}; ${count} over ${HELD_TOO_LONG} ms in ${(over / 1000).toFixed(0)} s`,
    );
  });
}

/** @returns tells the CPU time of the thread that calls this, in milliseconds */
function workOfThisThread() {
  if (process.threadCpuUsage !== undefined) {
    return () => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1000;
    };
  }
  const file = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
  const bytes = Buffer.alloc(64);
  return () => {
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return Number.parseInt(bytes.latin1Slice(0, length), 10) / 1e6;
  };
}

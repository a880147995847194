// A child that writes a run, and how it ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../install.mjs";
import { DrainWatch } from "./drain-watch.mjs";
import { MARKS, microseconds, ReportReader } from "./report.mjs";

const CHILD = join(root, "scripts", "kill", "child.mjs");
const LONGEST_MS = 60_000;

/**
 * Starts a child, waits until it says `after`, and `delay` milliseconds more, and sends it `signal`, unless it has ended by then.
 *
 * @returns what it said, the moment of the signal, what had kept the drain until then, and how it ended
 */
export async function session(plan, { after, delay, signal }) {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(plan)], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const report = new ReportReader();
  let said = "";
  let watch;
  let tellOfMark;
  const hasSaid = new Promise((resolve) => {
    tellOfMark = resolve;
  });
  child.stderr.on("data", (bytes) => (said += bytes));
  child.stdio[3].on("data", (chunk) => {
    report.take(chunk);
    const thread = report.marks.get(MARKS.opened);
    if (thread && !watch) watch = new DrainWatch(child.pid, thread);
    if (report.marks.has(after)) tellOfMark("said");
  });
  const ended = once(child, "close").then(([code, by]) => ({ code, by }));
  const hung = wait(LONGEST_MS, "hung", { ref: false });
  let held = () => ({ starved: 0, atDisk: 0 });
  let at;
  try {
    const first = await Promise.race([hasSaid, ended, hung]);
    if (first === "said") await Promise.race([wait(delay), ended]);
    watch?.look();
    at = microseconds();
    child.kill(first === "hung" ? "SIGKILL" : signal);
    const end = await Promise.race([ended, wait(LONGEST_MS, undefined, { ref: false })]);
    if (watch) held = (since) => watch.heldSince(since);
    if (end === undefined || first === "hung")
      throw new Error(
        `the child did not ${end ? `say "${after}"` : "end"} within ${LONGEST_MS / 1000} s: ${said}`,
      );
    return { report, at, held, code: end.code, by: end.by, said };
  } finally {
    watch?.stop();
    child.kill("SIGKILL");
  }
}

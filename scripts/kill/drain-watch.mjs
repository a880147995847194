// How long the drain's thread was kept from running, by the kernel's own count: what is lost then is the machine's doing.
import { readFileSync } from "node:fs";
import { microseconds } from "./report.mjs";

const EVERY_MS = 3;
const KEPT_US = 3_000_000;
// The kernel counts the time of a thread that runs at its ticks, every 4 ms or oftener: for so long nothing follows from a count that stands.
const TICK_US = 8_000;

/** @returns {{ at: number, ran: number, waited: number, state: string } | undefined} in microseconds; `undefined` once the thread is gone */
function look(pid, thread) {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8")
      .split(" ")
      .map(Number);
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "latin1");
    const state = stat[stat.lastIndexOf(")") + 2];
    return { at: microseconds(), ran: ran / 1000, waited: waited / 1000, state };
  } catch {
    return undefined;
  }
}

/** Looks at a thread every few milliseconds, and a last time when it is asked. */
export class DrainWatch {
  #looks = [];
  #timer;
  #pid;
  #thread;

  constructor(pid, thread) {
    [this.#pid, this.#thread] = [pid, thread];
    this.#timer = setInterval(() => this.look(), EVERY_MS);
    this.look();
  }

  look() {
    const seen = look(this.#pid, this.#thread);
    if (seen === undefined) return;
    this.#looks.push(seen);
    if (seen.at - this.#looks[0].at > 2 * KEPT_US)
      this.#looks = this.#looks.filter(({ at }) => seen.at - at < KEPT_US);
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** @returns microseconds since `from` in which the thread wanted to run and another had its processor, and in which the disk held it */
  heldSince(from) {
    let starved = 0;
    let atDisk = 0;
    // Of a wait that the kernel has not counted yet, as it has not ended.
    let ahead = 0;
    let stoodSince = Number.POSITIVE_INFINITY;
    for (const [index, now] of this.#looks.entries()) {
      const before = this.#looks[index - 1];
      if (before === undefined || now.at <= from) continue;
      const span = now.at - Math.max(before.at, from);
      const share = span / (now.at - before.at);
      const waited = now.waited - before.waited;
      const stands = now.ran === before.ran && waited === 0;
      stoodSince = stands ? Math.min(stoodSince, before.at) : Number.POSITIVE_INFINITY;
      if (waited > 0) {
        starved += Math.max(0, waited * share - ahead);
        ahead = 0;
      } else if (stands && now.state === "R" && now.at - stoodSince > TICK_US) {
        starved += span;
        ahead += span;
      } else if (stands && now.state === "D" && before.state === "D") atDisk += span;
    }
    return { starved, atDisk };
  }
}

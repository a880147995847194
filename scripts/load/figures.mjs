// What was measured, beside what it is held to; and how much of it the machine is to blame for.
import { fork } from "node:child_process";
import { once } from "node:events";
import { percentile } from "../../bench/measure.mjs";

const MEGABYTE = 1024 * 1024;

/** Prints figures, and remembers which bounds are missed. */
export class Figures {
  missed = [];
  #idle;
  #part = "";

  constructor() {
    this.#idle = fork(new URL("./idle.mjs", import.meta.url));
  }

  /** From here on figures are of this. */
  async begin(part) {
    this.#part = part;
    console.log(`\n${part}`);
    await this.#delays();
  }

  /**
   * @param {string} what
   * @param {number} value
   * @param {{ unit?: string, bound?: number, noise?: number }} held `noise`: what the machine did to it, in the same unit
   */
  one(what, value, { unit = "ms", bound, noise = 0 } = {}) {
    const shown = `${what.padEnd(58)} ${round(value)} ${unit}`;
    if (bound === undefined) {
      console.log(`            ${shown}`);
      return;
    }
    const isKept = value <= bound;
    const isNoise = !isKept && value - noise <= bound;
    console.log(
      `  ${isKept ? "ok        " : isNoise ? "ok less it" : "MISSED    "} ${shown} (at most ${bound}${isNoise ? `; of that others had the processors ${round(noise)}` : ""})`,
    );
    if (!isKept && !isNoise) this.missed.push(`${this.#part}: ${what} ${round(value)} ${unit} of ${bound}`);
  }

  /** A condition that holds or does not. */
  holds(what, does, told = "") {
    console.log(`  ${does ? "ok        " : "MISSED    "} ${what}${told === "" ? "" : `: ${told}`}`);
    if (!does) this.missed.push(`${this.#part}: ${what}${told === "" ? "" : `: ${told}`}`);
  }

  /**
   * Of many, p50, p95 and p99.
   *
   * @param {Record<string, number>} bounds of `p50`, `p95`, `p99`
   * @param {number} starved which part of the time in which the server could have worked others had the processors
   */
  many(what, times, bounds = {}, starved = 0) {
    for (const [name, part] of Object.entries({ p50: 0.5, p95: 0.95, p99: 0.99 })) {
      if (times.length === 0) this.holds(`${what}: any answer`, false);
      else
        this.one(`${what}, ${name} of ${times.length}`, percentile(times, part), {
          bound: bounds[name],
          noise: percentile(times, part) * starved,
        });
    }
  }

  memory(what, bytes, bound) {
    this.one(what, bytes / MEGABYTE, { unit: "MB", bound });
  }

  /** How late the timer of an idle process was since this was asked last. */
  async stall(starved) {
    const delays = await this.#delays();
    console.log(
      `            of the time in which the server's main thread could have worked, others had the processors: ${(starved * 100).toFixed(0)} %`,
    );
    console.log(
      `            the machine's own stall, of an idle process: p50 ${round(percentile(delays, 0.5))}, p99 ${round(percentile(delays, 0.99))}, the longest ${round(Math.max(...delays))} ms`,
    );
  }

  async #delays() {
    this.#idle.send("delays");
    const [delays] = await once(this.#idle, "message");
    return delays.length === 0 ? [0] : delays;
  }

  end() {
    this.#idle.disconnect();
  }
}

function round(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

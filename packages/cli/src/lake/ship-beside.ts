import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { builtModule } from "@llm-sim/events/built-module";
import type { LeftRun, ShipOrder, ShipReport } from "./ship-message.ts";

const MODULE = fileURLToPath(builtModule("./ship-process.ts", import.meta.url));
const STDERR = 2;
/** So often in all a process that ended in the middle is followed by another. */
const MOST_STARTS = 4;

/** Ships runs while they are made, in a process of its own: what becomes of the lake, or of that process, is no matter of theirs. */
export class ShipBeside {
  readonly #arguments: readonly string[];
  readonly #onNotice: (text: string) => void;
  /** Directories of runs that are not whole in the lake as far as is known. */
  readonly #pending = new Set<string>();
  readonly #ended: Promise<void>;
  #child: ChildProcess | undefined;
  #starts = 0;
  #isOver = false;
  #hasEnded: () => void = () => undefined;
  #left: LeftRun[] = [];

  /**
   * @param address of the lake; the password comes by the environment
   * @param sideBySide how many runs are followed at once
   * @param onNotice is told, in a line, what a person should know
   */
  constructor(address: string, sideBySide: number, onNotice: (text: string) => void) {
    this.#arguments = [address, String(sideBySide)];
    this.#onNotice = onNotice;
    this.#ended = new Promise((resolve) => {
      this.#hasEnded = resolve;
    });
    this.#start();
  }

  /** @param directory of a run that is about to begin */
  add(directory: string): void {
    this.#pending.add(directory);
    this.#tell({ type: "run", directory });
  }

  /** @returns what is not shipped whole, once all else is in the lake */
  async end(): Promise<readonly LeftRun[]> {
    this.#isOver = true;
    this.#tell({ type: "end" });
    await this.#ended;
    return this.#left;
  }

  #start(): void {
    this.#starts++;
    // A group of its own: the terminal's Ctrl+C is for the runs.
    const child = fork(MODULE, [...this.#arguments], {
      stdio: ["ignore", STDERR, STDERR, "ipc"],
      detached: true,
    });
    this.#child = child;
    child.on("message", (report: ShipReport) => this.#hear(report));
    let why: string | undefined;
    child.on("error", (error) => {
      why ??= error.message;
      // One that was never there does not close.
      if (child.pid === undefined) this.#endOf(child, why);
    });
    child.on("exit", (code, signal) => {
      why ??= signal ?? `exit code ${code}`;
    });
    // What it said is heard once both have come.
    let signs = 0;
    for (const sign of ["close", "disconnect"])
      child.on(sign, () => {
        if (++signs === 2) this.#endOf(child, why ?? "");
      });
  }

  #hear(report: ShipReport): void {
    if (report.type === "notice") this.#onNotice(report.text);
    else this.#pending.delete(report.directory);
    if (report.type === "left") this.#left.push(report);
  }

  #endOf(child: ChildProcess, why: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    const ended = `the process that ships ended in the middle (${why})`;
    if (this.#isOver && this.#pending.size === 0) this.#hasEnded();
    else if (this.#starts < MOST_STARTS) {
      this.#onNotice(`${ended}; another one goes on, and the log keeps what is to be shipped`);
      this.#start();
      for (const directory of this.#pending) this.#tell({ type: "run", directory });
      if (this.#isOver) this.#tell({ type: "end" });
    } else if (this.#isOver) this.#leave(ended);
    else this.#onNotice(`${ended}, as ${MOST_STARTS - 1} before it: nothing is shipped any more`);
  }

  #leave(why: string): void {
    for (const directory of this.#pending) this.#left.push({ directory, why });
    this.#pending.clear();
    this.#hasEnded();
  }

  #tell(order: ShipOrder): void {
    if (this.#child?.connected) this.#child.send(order, () => {});
    else if (this.#child === undefined && order.type === "end")
      this.#leave("the process that ships ended again and again");
  }
}

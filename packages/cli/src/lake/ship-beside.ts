import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { builtModule } from "@llm-sim/events/built-module";
import type { LeftRun, ShipOrder, ShipReport } from "./ship-message.ts";

const MODULE = fileURLToPath(builtModule("./ship-process.ts", import.meta.url));
const STDERR = 2;

/** Ships runs while they are made, in a process of its own: what becomes of the lake is no matter of theirs. */
export class ShipBeside {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #left: LeftRun[] = [];

  /**
   * @param address of the lake; the password comes by the environment
   * @param sideBySide how many runs are followed at once
   * @param onNotice is told, in a line, what a person should know
   */
  constructor(address: string, sideBySide: number, onNotice: (text: string) => void) {
    // A group of its own: the terminal's Ctrl+C is for the runs.
    this.#child = fork(MODULE, [address, String(sideBySide)], {
      stdio: ["ignore", STDERR, STDERR, "ipc"],
      detached: true,
    });
    this.#child.on("message", (report: ShipReport) => {
      if (report.type === "left") this.#left.push(report);
      else onNotice(report.text);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("error", () => resolve());
      this.#child.on("close", () => resolve());
    });
  }

  /** @param directory of a run that is about to begin */
  add(directory: string): void {
    this.#tell({ type: "run", directory });
  }

  /** @returns what is not shipped whole, once all else is in the lake */
  async end(): Promise<readonly LeftRun[]> {
    this.#tell({ type: "end" });
    await this.#ended;
    return this.#left;
  }

  #tell(order: ShipOrder): void {
    if (this.#child.connected) this.#child.send(order, () => {});
  }
}

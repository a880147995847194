import { setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { isRunReadError, listSegments } from "@llm-sim/events/read";
import { openLake, shipRun } from "@llm-sim/lake";
import { describeFailure } from "../failure/index.ts";
import type { ShipOrder, ShipReport } from "./ship-message.ts";

// The process that ships runs beside the one that makes them, and gives way to it.
const [address = "", sideBySide = "4"] = process.argv.slice(2);
/** Of a lake that is away once all runs are over, in milliseconds. */
const PATIENCE = 5000;
const LOOK_AGAIN = 50;
/** The scheduler's (`nice`). */
const GIVES_WAY = 10;
setPriority(GIVES_WAY);

const lake = openLake(address);
const waiting: string[] = [];
const stop = new AbortController();
let isEnding = false;
let lanes = 0;

// Ctrl+C is for the run; its end is told.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
process.on("disconnect", end);
process.on("message", (order: ShipOrder) => {
  if (order.type === "end") return end();
  waiting.push(order.directory);
  if (lanes < Number(sideBySide)) void lane();
});

async function lane(): Promise<void> {
  lanes++;
  for (let directory = waiting.shift(); directory !== undefined; directory = waiting.shift())
    await ship(directory);
  lanes--;
  leave();
}

async function ship(directory: string): Promise<void> {
  try {
    if (!(await isThere(directory))) return;
    await shipRun(lake, directory, {
      follow: true,
      patience: Number.POSITIVE_INFINITY,
      signal: stop.signal,
      onNotice: (text) => tell({ type: "notice", text }),
    });
  } catch (error) {
    const why = stop.signal.aborted ? "the lake did not come back" : describeFailure(error).message;
    tell({ type: "left", directory, why });
  }
}

/** A run that is begun has a directory in a moment; one that was refused never has. */
async function isThere(directory: string): Promise<boolean> {
  for (;;) {
    try {
      await listSegments(directory);
      return true;
    } catch (error) {
      if (!isRunReadError(error, "NOT_A_RUN")) throw error;
      if (isEnding) return false;
      await pause(LOOK_AGAIN);
    }
  }
}

function end(): void {
  isEnding = true;
  setTimeout(() => stop.abort(), PATIENCE).unref();
  leave();
}

function leave(): void {
  if (!isEnding || lanes > 0 || waiting.length > 0) return;
  void lake.close().finally(() => process.exit());
}

function tell(report: ShipReport): void {
  if (process.connected) process.send?.(report);
}

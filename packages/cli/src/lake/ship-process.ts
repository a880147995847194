import { setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { isRunReadError, listSegments } from "@llm-sim/events/read";
import { openLake, shipRun } from "@llm-sim/lake";
import { describeFailure } from "../failure/index.ts";
import type { ShipOrder, ShipReport } from "./ship-message.ts";

// The process that ships runs beside the one that makes them, and gives way to it.
const [address = "", sideBySide = "4"] = process.argv.slice(2);
/** Of a lake that is away once all runs are over, and of one that then says nothing at all, in milliseconds. */
const PATIENCE = 5000;
const SILENCE = 60_000;
const LOOK_AGAIN = 50;
/** The scheduler's (`nice`). */
const GIVES_WAY = 10;
setPriority(GIVES_WAY);

const lake = openLake(address);
const waiting: string[] = [];
const shipping = new Set<string>();
/** When all runs were over. */
let endedAt: number | undefined;
let heardAt = performance.now();
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
  shipping.add(directory);
  try {
    if (await isThere(directory)) await shipped(directory);
    tell({ type: "shipped", directory });
  } catch (error) {
    tell({ type: "left", directory, why: describeFailure(error).message });
  } finally {
    shipping.delete(directory);
    heardAt = performance.now();
  }
}

async function shipped(directory: string): Promise<void> {
  await shipRun(lake, directory, {
    follow: true,
    patience: () =>
      endedAt === undefined || performance.now() - endedAt < PATIENCE ? Number.POSITIVE_INFINITY : 0,
    onNotice: (text) => tell({ type: "notice", text }),
    onProgress: () => {
      heardAt = performance.now();
    },
  });
}

/** A run that is begun has a directory in a moment; one that was refused never has. */
async function isThere(directory: string): Promise<boolean> {
  for (;;) {
    try {
      await listSegments(directory);
      return true;
    } catch (error) {
      if (!isRunReadError(error, "NOT_A_RUN")) throw error;
      if (endedAt !== undefined) return false;
      await pause(LOOK_AGAIN);
    }
  }
}

function end(): void {
  endedAt ??= performance.now();
  heardAt = performance.now();
  setInterval(leaveWhereNothingIsHeard, 1000).unref();
  leave();
}

function leave(): void {
  if (endedAt === undefined || lanes > 0 || waiting.length > 0) return;
  // What was told is heard before the channel is closed.
  void lake.close().finally(() => (process.connected ? process.disconnect() : process.exit()));
}

function leaveWhereNothingIsHeard(): void {
  if (performance.now() - heardAt < SILENCE) return;
  for (const directory of [...shipping, ...waiting])
    tell({ type: "left", directory, why: `the lake said nothing for ${SILENCE / 1000} s` });
  shipping.clear();
  waiting.length = 0;
  // What was told is on its way.
  setTimeout(() => process.exit(), LOOK_AGAIN);
}

function tell(report: ShipReport): void {
  if (process.connected) process.send?.(report);
}

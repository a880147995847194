import { EXIT } from "../failure/index.ts";

/** Besides SIGINT, which is always listened to. */
const OTHER_SIGNALS = ["SIGTERM", "SIGHUP"] as const;

/** Of the work that wants to end in order. */
let current: AbortController | undefined;

/** From here on SIGINT ends the process with the exit code for it, or the work that is under way. */
export function listenForInterruption(): void {
  // One listener for all time: between one that goes and one that comes, a signal would get lost.
  process.on("SIGINT", onSignal);
}

/** See `CommandContext.interruptible`. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  current = controller;
  for (const name of OTHER_SIGNALS) process.on(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    current = undefined;
    for (const name of OTHER_SIGNALS) process.off(name, onSignal);
  }
}

function onSignal(name: NodeJS.Signals): void {
  if (!current || current.signal.aborted) process.exit(EXIT.interrupted);
  current.abort(name);
}

import type { EventStream } from "../emit/index.ts";
import { shorten } from "../words/index.ts";
import type { Warn } from "./warn.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Signal = (typeof SIGNALS)[number];

/** What Node.js ends with where the event loop is empty and the main module still awaits something. */
const UNSETTLED_EXIT_CODE = 13;
/** Characters of what the last event says. */
const MAX_DESCRIPTION = 300;

const open = new Map<EventStream, Warn>();
const openWithSignals = new Set<EventStream>();
let uncaught: Error | undefined;
let received: Signal | undefined;
let hasRunDry = false;
let isInstalled = false;

/**
 * Sees to it that a stream loses nothing when its process ends: by itself, by `process.exit`, by an uncaught exception,
 * by SIGINT, SIGTERM or SIGHUP. A run that nobody closed was not completed: it ends as interrupted, or as failed.
 *
 * @param signals whether to handle signals too; where the host handles one itself, the host decides when to end
 * @returns a function that lets go of the stream, once it is closed
 */
export function closeAtProcessEnd(stream: EventStream, signals: boolean, warn: Warn): () => void {
  if (!isInstalled) {
    isInstalled = true;
    process.on("uncaughtExceptionMonitor", (error) => {
      uncaught = error;
    });
    process.on("exit", (code) => {
      for (const [one, warnOf] of open) {
        const outcome = outcomeOf(code, one);
        const wasOpen = one.closeNow(outcome);
        if (wasOpen && (code === 0 || code === UNSETTLED_EXIT_CODE))
          warnOf(`Run ${one.simulationId}: ${outcome.description}`, true);
      }
    });
    process.on("beforeExit", () => {
      hasRunDry = true;
    });
  }
  open.set(stream, warn);
  if (signals) {
    // First in line, so that a host's own `once` handler is still to be seen when it counts the others.
    if (openWithSignals.size === 0) for (const signal of SIGNALS) process.prependListener(signal, onSignal);
    openWithSignals.add(stream);
  }
  return () => {
    open.delete(stream);
    openWithSignals.delete(stream);
    if (openWithSignals.size === 0) for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

type Outcome = NonNullable<Parameters<EventStream["closeNow"]>[0]>;

function outcomeOf(exitCode: number, stream: EventStream): Outcome {
  if (received) return interruptedBy(received, stream);
  if (exitCode === 0 || exitCode === UNSETTLED_EXIT_CODE) {
    const how = hasRunDry ? "had nothing left to do" : `ended with exit code ${exitCode}`;
    return interrupted(`Simulation interrupted: the process ${how}, and the run was open`, stream, {});
  }
  if (uncaught) {
    const { name, message } = uncaught;
    return {
      status: "failed",
      endedBy: "error",
      description: shorten(`Simulation failed: ${name}: ${message}`, MAX_DESCRIPTION),
      details: { error: { name, message } },
    };
  }
  const description = `Simulation failed: the process ended with exit code ${exitCode}`;
  return { status: "failed", endedBy: "error", description };
}

function interruptedBy(signal: Signal, stream: EventStream): Outcome {
  return { ...interrupted(`Simulation interrupted by ${signal}`, stream, { signal }), endedBy: "signal" };
}

function interrupted(description: string, stream: EventStream, details: object): Outcome {
  const { awaited } = stream;
  if (awaited === undefined) return { status: "interrupted", description, details };
  return {
    status: "interrupted",
    description: shorten(`${description}; it was waiting for ${awaited}`, MAX_DESCRIPTION),
    details: { ...details, waiting_for: awaited },
  };
}

function onSignal(name: NodeJS.Signals): void {
  const signal = SIGNALS.find((one) => one === name);
  if (!signal) return;
  received = signal;
  // Another listener means that the host ends the process when it sees fit; the exit handler closes the stream then.
  if (process.listenerCount(signal) > 1) return;
  for (const stream of openWithSignals) stream.closeNow(interruptedBy(signal, stream));
  for (const one of SIGNALS) process.off(one, onSignal);
  // With the handler gone, the signal does what it does by default, and the parent sees the right exit status.
  process.kill(process.pid, signal);
}

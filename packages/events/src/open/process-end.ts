import type { EventStream } from "../emit/index.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Signal = (typeof SIGNALS)[number];

const open = new Set<EventStream>();
const openWithSignals = new Set<EventStream>();
let uncaught: Error | undefined;
let received: Signal | undefined;
let isInstalled = false;

/**
 * Sees to it that a stream loses nothing when its process ends: by itself, by `process.exit`, by an uncaught exception,
 * by SIGINT, SIGTERM or SIGHUP.
 *
 * @param signals whether to handle signals too; where the host handles one itself, the host decides when to end
 * @returns a function that lets go of the stream, once it is closed
 */
export function closeAtProcessEnd(stream: EventStream, signals: boolean): () => void {
  if (!isInstalled) {
    isInstalled = true;
    process.on("uncaughtExceptionMonitor", (error) => {
      uncaught = error;
    });
    process.on("exit", (code) => {
      for (const one of open) one.closeNow(outcomeOf(code));
    });
  }
  open.add(stream);
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

function outcomeOf(exitCode: number): Parameters<EventStream["closeNow"]>[0] {
  if (received) return interruptedBy(received);
  if (exitCode !== 0 && uncaught) {
    const { name, message } = uncaught;
    return {
      status: "failed",
      endedBy: "error",
      description: cut(`Simulation failed: ${name}: ${message}`),
      details: { error: { name, message } },
    };
  }
  if (exitCode === 0) return { status: "completed" };
  return { status: "failed", description: `Simulation failed: the process ended with exit code ${exitCode}` };
}

function interruptedBy(signal: Signal): Parameters<EventStream["closeNow"]>[0] {
  const description = `Simulation interrupted by ${signal}`;
  return { status: "interrupted", endedBy: "signal", description, details: { signal } };
}

function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

function onSignal(name: NodeJS.Signals): void {
  const signal = SIGNALS.find((one) => one === name);
  if (!signal) return;
  received = signal;
  // Another listener means that the host ends the process when it sees fit; the exit handler closes the stream then.
  if (process.listenerCount(signal) > 1) return;
  for (const stream of openWithSignals) stream.closeNow(interruptedBy(signal));
  for (const one of SIGNALS) process.off(one, onSignal);
  // With the handler gone, the signal does what it does by default, and the parent sees the right exit status.
  process.kill(process.pid, signal);
}

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { VerifyReport } from "@llm-sim/events/read";

/**
 * `verifyRun` in a thread of its own: it is all computing, 7 s for a million events, and other requests would wait
 * 15 ms for each megabyte of it, at times 120 ms.
 */
export function verifyInThread(runDirectory: string, signal: AbortSignal): Promise<VerifyReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl(), { workerData: runDirectory, name: "llm-sim verify" });
    const stop = (): void => void worker.terminate();
    signal.addEventListener("abort", stop, { once: true });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => {
      signal.removeEventListener("abort", stop);
      reject(new Error("The verification was stopped"));
    });
    if (signal.aborted) stop();
  });
}

/** The built one: a thread does not read TypeScript. */
function workerUrl(): URL {
  const beside = new URL("./worker.js", import.meta.url);
  return existsSync(fileURLToPath(beside))
    ? beside
    : new URL("../../dist/integrity/worker.js", import.meta.url);
}

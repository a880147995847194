import { Worker } from "node:worker_threads";
import { receivedError } from "@llm-sim/events/errors";
import type { ThreadReply } from "./answer-parent.ts";

/** Runs a module in a thread of its own until it has answered. */
export function askThread<Answer>(
  module: URL,
  question: readonly string[],
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // What the host was started with (`--input-type`, loaders) is not for this module.
    const worker = new Worker(module, { workerData: question, name: "llm-sim", execArgv: [] });
    const stop = (): void => void worker.terminate();
    signal.addEventListener("abort", stop, { once: true });
    worker.once("message", (reply: ThreadReply<Answer>) => {
      if ("answer" in reply) resolve(reply.answer);
      else reject(receivedError(reply.error));
    });
    worker.once("error", reject);
    worker.once("exit", () => {
      signal.removeEventListener("abort", stop);
      reject(new Error("The thread was stopped before it had answered"));
    });
    if (signal.aborted) stop();
  });
}

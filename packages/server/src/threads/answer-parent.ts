import { parentPort, workerData } from "node:worker_threads";
import { isStoreError, type StoreError } from "@llm-sim/store";
import * as z from "zod";

/** What a thread sends: an answer, or an error that its client can do something about. */
export type ThreadReply<Answer> =
  | { answer: Answer }
  | { error: Pick<StoreError, "code" | "message" | "details"> };

/** In a thread: answers the question it was started with. Any other error than the store's ends the thread. */
export async function answerParent(answer: (question: readonly string[]) => Promise<unknown>): Promise<void> {
  const question = z.array(z.string()).parse(workerData);
  parentPort?.postMessage(await reply(answer(question)));
}

async function reply(answer: Promise<unknown>): Promise<ThreadReply<unknown>> {
  try {
    return { answer: await answer };
  } catch (error) {
    if (!isStoreError(error)) throw error;
    const { code, message, details } = error;
    return { error: { code, message, details } };
  }
}

import { parentPort, workerData } from "node:worker_threads";
import { codeOf, type SentError, sentError } from "@llm-sim/events/errors";
import * as z from "zod";

/** What a thread sends: an answer, or an error that its client can do something about. */
export type ThreadReply<Answer> = { answer: Answer } | { error: SentError };

/** In a thread: answers the question it was started with. An error without a code ends the thread. */
export async function answerParent(answer: (question: readonly string[]) => Promise<unknown>): Promise<void> {
  const question = z.array(z.string()).parse(workerData);
  parentPort?.postMessage(await reply(answer(question)));
}

async function reply(answer: Promise<unknown>): Promise<ThreadReply<unknown>> {
  try {
    return { answer: await answer };
  } catch (error) {
    if (!(error instanceof Error) || codeOf(error) === undefined) throw error;
    return { error: sentError(error) };
  }
}

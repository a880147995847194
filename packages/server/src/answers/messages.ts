import type { SentError } from "@llm-sim/events/errors";
import type { FinishedAnswer, PlainRequest } from "./question.ts";

/** What a thread of answers is started with. */
export interface ThreadStart {
  /** Where the runs lie. */
  outputDir: string;
}

/** To a thread: a question by its endpoint's operationId; one that nobody waits for any more; that it is to end. */
export type ToThread =
  | { kind: "question"; id: number; name: string; request: PlainRequest }
  | { kind: "leave"; id: number }
  | { kind: "end" };

/** From a thread; `here` says that it has begun, or came to read of one who left. */
export type FromThread =
  | { kind: "answer"; id: number; answer: FinishedAnswer }
  | { kind: "piece"; id: number; piece: Uint8Array<ArrayBuffer> }
  | { kind: "error"; id: number; error: SentError }
  | { kind: "here" };

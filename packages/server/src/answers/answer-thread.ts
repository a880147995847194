import { parentPort, workerData } from "node:worker_threads";
import { sentError } from "@llm-sim/events/errors";
import { openStore } from "@llm-sim/store";
import * as z from "zod";
import { QUESTIONS } from "../routes/index.ts";
import type { FromThread, ThreadStart, ToThread } from "./messages.ts";
import type { FinishedAnswer, PlainRequest, Question } from "./question.ts";

// A thread that answers long questions of the runs under a directory until it is told to end.

const start: ThreadStart = z.object({ outputDir: z.string() }).parse(workerData);
const store = openStore(start.outputDir);
const questions = new Map<string, Question>(
  QUESTIONS.map((question) => [question.endpoint.operationId, question]),
);
const asked = new Map<number, AbortController>();

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "question") void answer(message.id, message.name, message.request);
  else if (message.kind === "leave") {
    asked.get(message.id)?.abort();
    send({ kind: "here" });
  } else void end();
});

send({ kind: "here" });

async function answer(id: number, name: string, request: PlainRequest): Promise<void> {
  const leaving = new AbortController();
  asked.set(id, leaving);
  try {
    const { signal } = leaving;
    const tell = (piece: Uint8Array<ArrayBuffer>): void => send({ kind: "piece", id, piece }, piece);
    const question = questions.get(name);
    if (question === undefined) throw new Error(`There is no question ${name}.`);
    const found: FinishedAnswer = await question.answer(request, { store, signal, tell });
    send({ kind: "answer", id, answer: found }, found.body);
  } catch (error) {
    send({ kind: "error", id, error: sentError(error instanceof Error ? error : new Error(String(error))) });
  } finally {
    asked.delete(id);
  }
}

async function end(): Promise<void> {
  for (const leaving of asked.values()) leaving.abort();
  await store.close();
  parentPort?.close();
}

/** @param bytes given away with it, not copied */
function send(message: FromThread, bytes?: Uint8Array<ArrayBuffer>): void {
  parentPort?.postMessage(message, bytes === undefined ? [] : [bytes.buffer]);
}

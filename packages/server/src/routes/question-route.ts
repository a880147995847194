import type { Run } from "@llm-sim/store";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Question } from "../answers/index.ts";
import { holdForReply } from "../memory/index.ts";
import { clientOf } from "../safety/index.ts";
import type { AddRoutes, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";
import { sendFinished } from "./send-finished.ts";
import { unlessGone } from "./unless-gone.ts";

/** Bytes up to which an answer is short. */
const SHORT = 1024 * 1024;

const takenIn = new WeakSet<Run>();

type Sent = FastifyReply | undefined;

/** The route of a question. What is worked out is stopped where its client goes. */
export function questionRoute(question: Question): AddRoutes {
  return (api, context) => {
    api.get(question.endpoint.path, { schema: routeSchema(question.endpoint) }, async (request, reply) => {
      const { params, query } = request;
      const isShort = question.length({ params, query }) === "short";
      const sent = isShort ? await sendShort(question, context, request, reply) : "large";
      return sent === "large" ? sendLong(question, context, request, reply) : sent;
    });
  };
}

/**
 * Answers at once, whatever else is asked. Where the answer turns out to be large, it is worked out again as a long one: who reads large
 * answers slowly holds up no small ones.
 */
async function sendShort(
  question: Question,
  { store, memory }: ApiContext,
  { params, query }: FastifyRequest,
  reply: FastifyReply,
): Promise<Sent | "large"> {
  const request = { params, query };
  // Taking in a long log takes time, in which no memory is held for an answer.
  for (const id of question.runs(request)) {
    const run = await store.openRun(id);
    if (!takenIn.has(run)) await run.ask(() => undefined);
    takenIn.add(run);
  }
  const held = await holdForReply(reply, memory, SHORT);
  if (held === undefined) return undefined;
  const answer = await unlessGone(reply, (signal) =>
    question.answer(request, { store, signal, tell: () => undefined }),
  );
  if (answer === undefined) return undefined;
  const { length } = answer.body;
  held.resize(length > SHORT ? 0 : length);
  return length > SHORT ? "large" : sendFinished(reply, answer);
}

async function sendLong(
  question: Question,
  { gate }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Sent> {
  const { params, query } = request;
  const answer = await unlessGone(reply, (gone) =>
    gate.ask(question, { params, query }, { client: clientOf(request), gone }),
  );
  return answer && sendFinished(reply, answer);
}

import { type Completeness, compare, compareDifferences, compareValues } from "@llm-sim/api";
import type { Answered, Parsed, Store } from "@llm-sim/store";
import type { FastifyReply } from "fastify";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { LARGEST_EXPLANATION } from "./explained.ts";
import { routeSchema } from "./route-schema.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** Two runs side by side. */
export function addCompare(api: Api, context: ApiContext): void {
  const { store, comparisons } = context;
  api.get(compare.path, { schema: routeSchema(compare) }, (request, reply) => {
    const { left, right } = request.query;
    return besides(reply, context, left, right, (gone) => comparisons.compare(left, right, gone));
  });
  api.get(compareDifferences.path, { schema: routeSchema(compareDifferences) }, (request, reply) => {
    const { left, right } = request.query;
    return besides(reply, context, left, right, (gone) => comparisons.differences(request.query, gone));
  });
  api.get(compareValues.path, { schema: routeSchema(compareValues) }, (request, reply) => {
    const { left, right } = request.query;
    return besides(reply, context, left, right, () => valuesOfBoth(store, request.query));
  });
}

async function besides<Answer extends Pick<Completeness, "gaps">>(
  reply: FastifyReply,
  { store, memory }: ApiContext,
  left: string,
  right: string,
  question: (gone: AbortSignal) => Promise<Answered<Answer>>,
): Promise<Answer | undefined> {
  // Before a thread is started for runs that are not there.
  await store.openRun(left);
  await store.openRun(right);
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  const answered = await question(gone.signal).catch((error: unknown) => {
    if (!gone.signal.aborted) throw error;
    return undefined;
  });
  if (answered === undefined) return undefined;
  const { answer, skipped } = answered;
  const held = await holdForReply(reply, memory, LARGEST_EXPLANATION);
  if (held === undefined) return undefined;
  countSkippedLines(reply, skipped);
  countGaps(reply, answer);
  return answer;
}

async function valuesOfBoth(store: Store, query: Parsed<typeof compareValues.query>) {
  const [left, right] = [await store.openRun(query.left), await store.openRun(query.right)];
  const { answer: of, skipped } = await left.ask((one) =>
    right.ask((other) => one.explain.valuesBeside(other.explain, query)),
  );
  return { answer: of.answer, skipped: skipped + of.skipped };
}

import type { Completeness, Endpoint } from "@llm-sim/api";
import type { Answered, AskedRun, Parsed, Store } from "@llm-sim/store";
import type * as z from "zod";

/**
 * Where a long answer is worked out: `quick` are those that are bounded by their own budgets and usually take milliseconds,
 * `thorough` those that go through the whole log, which never hold up the first.
 */
export type LaneName = "quick" | "thorough";

/** `short` are those that are there at once; one that turns out to be large is `quick`. */
export type Length = LaneName | "short";

/** What a request asks, parsed, as it crosses into a thread and is parsed again there. */
export interface PlainRequest {
  params: unknown;
  query: unknown;
}

/** An answer that only has to be sent. */
export interface FinishedAnswer {
  /** Its JSON, in UTF-8, in a buffer of its own. */
  body: Uint8Array<ArrayBuffer>;
  /** Lines of the logs that are no events, and reasons why it may not be the whole truth; where a question counts them. */
  skipped?: number;
  gaps?: number;
}

/** What a question may use while it is worked out. */
export interface Work {
  store: Store;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** Sends a piece ahead of the answer to who asked; of questions that are answered piece by piece. */
  tell: (piece: Uint8Array<ArrayBuffer>) => void;
}

/** A question, written once: its route asks it, and a thread answers it where it may take long. */
export interface Question {
  endpoint: Endpoint;
  length: (request: PlainRequest) => Length;
  /** The ids of the runs that it is about. */
  runs: (request: PlainRequest) => string[];
  answer: (request: PlainRequest, work: Work) => Promise<FinishedAnswer>;
}

/** A request as its endpoint's schemas let it through. */
export interface ParsedRequest<Asked extends Endpoint> {
  params: Parsed<Asked["parts"]>;
  query: Parsed<Asked["query"]>;
}

type LengthOf<Asked extends Endpoint> = Length | ((request: ParsedRequest<Asked>) => Length);

/** @param answer works it out; what it returns is sent as it is */
export function questionOf<Asked extends Endpoint>(
  endpoint: Asked,
  {
    length,
    runs,
    answer,
  }: {
    length: LengthOf<Asked>;
    runs: (request: ParsedRequest<Asked>) => string[];
    answer: (request: ParsedRequest<Asked>, work: Work) => Promise<FinishedAnswer>;
  },
): Question {
  const read = (request: PlainRequest): ParsedRequest<Asked> => ({
    params: parsed<Asked["parts"]>(endpoint.parts, request.params),
    query: parsed<Asked["query"]>(endpoint.query, request.query),
  });
  return {
    endpoint,
    length: (request) => (typeof length === "string" ? length : length(read(request))),
    runs: (request) => runs(read(request)),
    answer: (request, work) => answer(read(request), work),
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): Parsed<Schema> {
  return schema.brand<"parsed">().parse(value);
}

interface AskedOfRun extends Endpoint {
  parts: z.ZodObject<{ id: z.ZodString }>;
}

/** A question of one run, whose answer says how complete it is. */
export function questionOfRun<Asked extends AskedOfRun, Answer extends Pick<Completeness, "gaps">>(
  endpoint: Asked,
  length: LengthOf<Asked>,
  ask: (run: AskedRun, request: ParsedRequest<Asked>, signal: AbortSignal) => Answer | Promise<Answer>,
  write: (answer: Answer) => Uint8Array<ArrayBuffer> = jsonBytes,
): Question {
  return questionOf(endpoint, {
    length,
    runs: ({ params }) => [idOf(params)],
    answer: async (request, { store, signal }) => {
      const run = await store.openRun(idOf(request.params));
      return finished(await run.ask((asked) => ask(asked, request, signal)), write);
    },
  });
}

export function finished<Answer extends Pick<Completeness, "gaps">>(
  { answer, skipped }: Answered<Answer>,
  write: (answer: Answer) => Uint8Array<ArrayBuffer> = jsonBytes,
): FinishedAnswer {
  return { body: write(answer), skipped, gaps: answer.gaps.length };
}

export function jsonBytes(answer: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(answer));
}

function idOf(params: { id: string }): string {
  return params.id;
}

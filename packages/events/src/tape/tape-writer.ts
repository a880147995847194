import { MAX_LINE_BYTES } from "../line/index.ts";
import { TAPE_FORMAT_VERSION } from "../run/index.ts";
import type { JsonValue } from "../schema/index.ts";
import { jsonHash, messageHash, requestHash } from "./request-hash.ts";
import {
  type AttemptLine,
  type AttemptResult,
  actorText,
  type Coordinate,
  deltaOf,
  type Message,
  type MessageLine,
  type Sampling,
  type SchemaLine,
  type TapeHead,
  type TapeLine,
  tapeLineSchema,
} from "./schema/index.ts";
import { TapeState } from "./tape-state.ts";

/** A message whose hash is known already: `hash` is that of the message, or no reader takes it. */
export interface HashedMessage extends Message {
  hash: string;
}

/** One attempt at a question, for the tape. Secrets are taken out before. */
export interface Attempt extends AttemptResult {
  coordinate: Coordinate;
  model: string;
  sampling: Sampling;
  /** All that were sent, in their order. */
  messages: readonly (Message | HashedMessage)[];
  /** JSON Schema of the answer, where one was asked for. */
  schema?: JsonValue | undefined;
}

export interface TapeWriterOptions {
  simulationId: string;
  /** Whether messages, schemas and answers are kept, or their hashes alone. */
  texts: boolean;
  /** What is on the tape already; nothing by default. */
  state?: TapeState | undefined;
}

/**
 * Makes the lines of a tape: its first, then of each attempt those messages and the schema that are not on it, and the attempt
 * itself, whose messages are told by those of the same actor's attempt before. What it was asked for has to be written, in
 * that order.
 */
export class TapeWriter {
  readonly #simulationId: string;
  readonly #texts: boolean;
  readonly #state: TapeState;

  constructor({ simulationId, texts, state = new TapeState() }: TapeWriterOptions) {
    this.#simulationId = simulationId;
    this.#texts = texts;
    this.#state = state;
  }

  /**
   * @returns lines with their newlines
   * @throws RangeError where one is none that a reader takes, by its members or its length: nothing of the attempt counts as
   * written then; TypeError where the schema is no JSON
   */
  linesOf(attempt: Attempt): string[] {
    const { coordinate, model, sampling, messages, schema, outcome, ...result } = attempt;
    const hashes = messages.map((message) => ("hash" in message ? message.hash : messageHash(message)));
    const schemaHash = schema === undefined ? undefined : jsonHash(schema);
    const actor = actorText(coordinate.actor);
    const line: AttemptLine = {
      line: "attempt",
      coordinate,
      request_hash: requestHash({ model, sampling, messages: hashes, schema: schemaHash }),
      model,
      sampling,
      messages: deltaOf(hashes, this.#state.lists.get(actor) ?? []),
      schema: schemaHash,
      outcome,
      ...(this.#texts ? result : withoutTexts(attempt)),
    };
    const before: TapeLine[] =
      this.#state.texts === this.#texts ? [] : [headOf(this.#simulationId, this.#texts)];
    if (this.#texts)
      before.push(...this.#newMessages(messages, hashes), ...this.#newSchema(schema, schemaHash));
    const lines = [...before, line].map(textOf);
    for (const one of before) this.#state.take(one);
    this.#state.lists.set(actor, hashes);
    return lines;
  }

  #newMessages(messages: Attempt["messages"], hashes: readonly string[]): MessageLine[] {
    const lines = new Map<string, MessageLine>();
    messages.forEach(({ role, content, name }, at) => {
      const hash = hashes[at] ?? "";
      if (!this.#state.messages.has(hash) && !lines.has(hash))
        lines.set(hash, { line: "message", hash, role, content, ...(name !== undefined && { name }) });
    });
    return [...lines.values()];
  }

  #newSchema(schema: JsonValue | undefined, hash: string | undefined): SchemaLine[] {
    if (schema === undefined || hash === undefined || this.#state.schemas.has(hash)) return [];
    return [{ line: "schema", hash, schema }];
  }
}

function headOf(simulationId: string, texts: boolean): TapeHead {
  return { line: "tape", format_version: TAPE_FORMAT_VERSION, simulation_id: simulationId, texts };
}

/** The line behind which a tape that is there goes on with nothing, its run being asked on without one. */
export function endOfTape(simulationId: string): string {
  return textOf({ ...headOf(simulationId, false), attempts: false });
}

/** A line that no reader takes would take what builds on it along: it is refused before anything is written. */
function textOf(line: TapeLine): string {
  const { data, error } = tapeLineSchema.safeParse(line);
  const [issue] = error?.issues ?? [];
  if (issue)
    throw new RangeError(`The tape takes no such ${line.line}: ${issue.path.join(".")}: ${issue.message}.`);
  // Parsed, its members stand in the schema's order: what is played from a tape makes the same tape.
  const text = `${JSON.stringify(data)}\n`;
  // No character takes more than three bytes in UTF-8 for each of its code units.
  if (text.length * 3 > MAX_LINE_BYTES && Buffer.byteLength(text) > MAX_LINE_BYTES)
    throw new RangeError(
      `A ${line.line} of ${Buffer.byteLength(text)} bytes is more than the ${MAX_LINE_BYTES} of a line that a reader of the tape takes.`,
    );
  return text;
}

/** Those members alone of which it is known that they quote nobody. */
function withoutTexts(attempt: AttemptResult) {
  const { finish_reason, served_model, usage, cost_usd, latency_ms } = attempt;
  const { status, retryable, retry_after_ms, broken_off_by } = attempt;
  const failure = { status, retryable, retry_after_ms, broken_off_by };
  return { finish_reason, served_model, usage, cost_usd, latency_ms, ...failure };
}

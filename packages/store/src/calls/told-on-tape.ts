import type { CallAnswer, CallMessage } from "@llm-sim/api";
import { type AttemptLine, coordinateText, requestHash, type TapeLine } from "@llm-sim/events/tape";
import type { Pace } from "../pace/index.ts";
import type { Stretch, TapeEntry, TapeIndex } from "../tape/index.ts";

/** So many bytes of text go into one answer. */
const MAX_TEXT = 32 * 1024 * 1024;

/** What of an answer about a call comes from the tape. */
export type Told = Pick<
  CallAnswer,
  | "tape"
  | "messages"
  | "message_count"
  | "text"
  | "reasoning"
  | "schema"
  | "sampling"
  | "request_hash"
  | "warnings"
> & {
  previous?: Omit<NonNullable<CallAnswer["previous"]>, "event_id"> | undefined;
  /** What it does not have, a sentence each. */
  missing: string[];
};

export function NOTHING_TOLD(why: string): Told {
  return { tape: "nothing", missing: [why] };
}

interface Source {
  index: TapeIndex;
  entry: TapeEntry;
  read: (place: Stretch) => TapeLine | undefined;
  pace: Pace;
  /** Whether messages of the call before are told as its. */
  delta: boolean;
}

export async function toldOnTape(source: Source): Promise<Told> {
  const { index, entry, read } = source;
  const line = read(entry);
  if (line?.line !== "attempt" || coordinateText(line.coordinate) !== entry.call)
    return NOTHING_TOLD(`Line ${entry.line} of tape.jsonl, entry ${entry.call}, cannot be read any more.`);
  const missing: string[] = [];
  if (!entry.keepsTexts)
    missing.push("The tape kept hashes alone when this was asked, no texts (`tape: hash`).");
  const texts = new Texts(read, index);
  const text = texts.within(line.text);
  const reasoning = texts.within(line.reasoning);
  const schema = line.schema === undefined ? undefined : texts.schema(line.schema);
  const { previous } = entry;
  const told: Told = {
    tape: entry.keepsTexts ? "texts" : "hashes",
    ...(await messagesOf(line, source, texts)),
    ...(previous?.messageCount !== undefined && {
      previous: { call: previous.call, message_count: previous.messageCount },
    }),
    text,
    reasoning,
    schema,
    sampling: line.sampling,
    request_hash: line.request_hash,
    warnings: line.warnings,
    missing,
  };
  if (told.messages === undefined)
    missing.push(
      `What entry ${entry.call} asked cannot be told: it builds on an entry before it that cannot be read, or was altered.`,
    );
  if (entry.keepsTexts) missing.push(...texts.missing());
  return told;
}

/** Nothing where the messages do not come to the request whose hash was recorded. */
async function messagesOf(
  line: AttemptLine,
  { index, entry, pace, delta }: Source,
  texts: Texts,
): Promise<Pick<Told, "messages" | "message_count">> {
  const numbers = index.messagesOf(entry);
  if (numbers === undefined) return {};
  const hashes = Array.from(numbers, (number) => index.hashOf(number));
  if (requestHash({ ...line, messages: hashes }) !== line.request_hash) return {};
  const messages: CallMessage[] = [];
  let at = 0;
  for (const item of delta ? line.messages : hashes) {
    if (typeof item === "string") {
      messages.push({ item: "message", at, hash: item, ...texts.message(numbers[at] ?? -1, item) });
      at++;
    } else {
      const [from, to] = item;
      messages.push({ item: "same", at, from, to });
      at += to - from;
    }
    await pace.yieldIfDue();
  }
  return { messages, message_count: hashes.length };
}

/** Reads texts off the tape, as many as go into an answer, and counts those that it cannot give. */
class Texts {
  readonly #read: Source["read"];
  readonly #index: TapeIndex;
  #left = MAX_TEXT;
  #omitted = 0;
  #lost = 0;

  constructor(read: Source["read"], index: TapeIndex) {
    this.#read = read;
    this.#index = index;
  }

  within(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    this.#left -= Buffer.byteLength(text);
    if (this.#left >= 0) return text;
    this.#omitted++;
    return undefined;
  }

  message(
    number: number,
    hash: string,
  ): { role?: "system" | "user" | "assistant" | "tool"; content?: string; name?: string } {
    const place = this.#index.placeOf(number);
    // A line is never shorter than what it says.
    if (place !== undefined && place.length > this.#left + LINE_AROUND) {
      this.#omitted++;
      return {};
    }
    const line = place && this.#read(place);
    if (line?.line !== "message" || line.hash !== hash) {
      this.#lost++;
      return {};
    }
    const { role, content, name } = line;
    return { role, content: this.within(content), name };
  }

  schema(hash: string): Told["schema"] {
    const place = this.#index.placeOfSchema(hash);
    const line = place && this.#read(place);
    if (line?.line === "schema" && line.hash === hash) return line.schema;
    this.#lost++;
    return undefined;
  }

  missing(): string[] {
    return [
      ...(this.#lost === 0 ? [] : [`${count(this.#lost)} not on the tape, or cannot be read.`]),
      ...(this.#omitted === 0
        ? []
        : [`${count(this.#omitted)} left out: an answer holds at most 32 MB of text.`]),
    ];
  }
}

/** What stands on a message's line beside its content, at most, short of a name. */
const LINE_AROUND = 256;

function count(texts: number): string {
  return texts === 1 ? "1 text is" : `${texts} texts are`;
}

import type { Line } from "@llm-sim/events/read";
import { TAPE_FILE } from "@llm-sim/events/run";
import {
  type AttemptLine,
  actorText,
  coordinateText,
  type ParsedTapeLine,
  parseTapeLine,
} from "@llm-sim/events/tape";

/** A line of the tape that cannot be read. */
export interface UnreadableTapeLine {
  /** From 1. */
  line: number;
  offset: number;
  reason: string;
}

/** An attempt on the tape: where it stands, and what it takes to tell its messages without reading any other. */
export interface TapeEntry {
  /** The coordinate, as text. */
  readonly call: string;
  readonly outcome: AttemptLine["outcome"];
  readonly offset: number;
  readonly length: number;
  /** From 1. */
  readonly line: number;
  /** Whether the tape kept texts when it was written. */
  readonly keepsTexts: boolean;
  /** The one of the same asker before it. */
  readonly previous: TapeEntry | undefined;
  /** The one of the same coordinate before it, which was asked again. */
  readonly earlier: TapeEntry | undefined;
  /** How many messages it has; `undefined` where it builds on what cannot be read. */
  readonly messageCount: number | undefined;
  /** Numbers of messages, and pairs of `-1 - from` and `to`: ranges of the previous one's. */
  readonly delta: readonly number[];
  /** All of its messages, of an entry now and then: what comes after it is told from there. */
  readonly list: Uint32Array | undefined;
}

/** Where a line stands. */
export interface Stretch {
  offset: number;
  length: number;
}

// As the writer lays them out; others are parsed.
export const TAPE_MESSAGE = '{"line":"message","hash":"';
const MESSAGE = Buffer.from(TAPE_MESSAGE);
const HASH_LENGTH = "sha256:".length + 64;
const QUOTE = 0x22;
/** What is looked at of a line that begins with `TAPE_MESSAGE` and ends its hash there. */
export const TAPE_HEAD_BYTES = MESSAGE.length + HASH_LENGTH + 1;
/** An entry's messages are told in at most so many steps. */
const STEPS = 32;
const FIRST_UNREADABLE = 20;

/**
 * What a tape holds and where, without its texts: memory grows with the number of messages and attempts, not with their length.
 * Messages are held to their hashes, and requests to theirs, when they are read for an answer.
 */
export class TapeIndex {
  readonly #numbers = new Map<string, number>();
  readonly #hashes: string[] = [];
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];
  readonly #schemas = new Map<string, Stretch>();
  readonly #entries = new Map<string, TapeEntry>();
  /** Of each asker, the last entry and all of its messages. */
  readonly #last = new Map<
    string,
    { entry: TapeEntry; list: readonly number[] | undefined; steps: number }
  >();
  readonly #all: TapeEntry[] = [];
  readonly unreadable: UnreadableTapeLine[] = [];
  unreadableCount = 0;
  #keepsTexts = true;

  /** In the order of the tape. */
  get entries(): readonly TapeEntry[] {
    return this.#all;
  }

  /** Bytes of memory, about. */
  get bytes(): number {
    return this.#hashes.length * 200 + this.#all.length * 400;
  }

  /**
   * @param length bytes of the line, where no more of it is given than {@link TAPE_HEAD_BYTES}
   * @returns whether it was taken; a last line that is not whole is not, and may be given again once it is
   * @throws TapeOfLaterFormat
   */
  take({ bytes, damage, line, offset, terminated }: Line, length = bytes.length): boolean {
    const stretch = { offset, length };
    const hash = damage === undefined && terminated ? messageHashOf(bytes) : undefined;
    if (hash !== undefined) {
      this.#addMessage(hash, stretch);
      return true;
    }
    const parsed = damage === undefined ? parseTapeLine(bytes, TAPE_FILE) : notOk(damage);
    if (!parsed.ok) {
      if (parsed.newer !== undefined) throw new TapeOfLaterFormat(parsed.newer);
      if (terminated) this.#refuse({ line, offset, reason: parsed.reason });
      return terminated;
    }
    const said = parsed.line;
    if (said.line === "tape") this.#keepsTexts = said.texts;
    else if (said.line === "message") this.#addMessage(said.hash, stretch);
    else if (said.line === "schema") this.#schemas.set(said.hash, stretch);
    else this.#addAttempt(said, { ...stretch, line });
    return true;
  }

  /** The last attempt of a coordinate; of several, the last that came to this. */
  find(call: string, outcome: AttemptLine["outcome"]): TapeEntry | undefined {
    const last = this.#entries.get(call);
    for (let entry = last; entry; entry = entry.earlier) if (entry.outcome === outcome) return entry;
    return last;
  }

  /** All of an entry's messages by their numbers; `undefined` where it builds on what cannot be read. */
  messagesOf(entry: TapeEntry): ArrayLike<number> | undefined {
    const way: TapeEntry[] = [];
    let from: TapeEntry | undefined = entry;
    for (; from && from.list === undefined; from = from.previous) way.push(from);
    let list: ArrayLike<number> | undefined = from?.list ?? [];
    for (const step of way.toReversed()) list = list && applied(step.delta, list);
    return list;
  }

  hashOf(message: number): string {
    return this.#hashes[message] ?? "";
  }

  /** `undefined` where the tape has no such line. */
  placeOf(message: number): Stretch | undefined {
    const offset = this.#offsets[message] ?? -1;
    return offset < 0 ? undefined : { offset, length: this.#lengths[message] ?? 0 };
  }

  placeOfSchema(hash: string): Stretch | undefined {
    return this.#schemas.get(hash);
  }

  /** How many different messages there are. */
  get messageCount(): number {
    return this.#hashes.length;
  }

  #refuse(line: UnreadableTapeLine): void {
    this.unreadableCount++;
    if (this.unreadable.length < FIRST_UNREADABLE) this.unreadable.push(line);
  }

  #number(hash: string): number {
    let number = this.#numbers.get(hash);
    if (number === undefined) {
      number = this.#hashes.length;
      this.#numbers.set(hash, number);
      this.#hashes.push(hash);
      this.#offsets.push(-1);
      this.#lengths.push(0);
    }
    return number;
  }

  /** What is said again was not readable before. */
  #addMessage(hash: string, { offset, length }: Stretch): void {
    const number = this.#number(hash);
    this.#offsets[number] = offset;
    this.#lengths[number] = length;
  }

  #addAttempt(attempt: AttemptLine, place: Stretch & { line: number }): void {
    const call = coordinateText(attempt.coordinate);
    const actor = actorText(attempt.coordinate.actor);
    const before = this.#last.get(actor);
    const delta = attempt.messages.flatMap((item) =>
      typeof item === "string" ? [this.#number(item)] : [-1 - item[0], item[1]],
    );
    const list = applied(delta, before?.list ?? []);
    const steps = (before?.steps ?? 0) + 1;
    const entry: TapeEntry = {
      call,
      outcome: attempt.outcome,
      ...place,
      keepsTexts: this.#keepsTexts,
      previous: before?.entry,
      earlier: this.#entries.get(call),
      messageCount: list?.length,
      delta,
      list: steps >= STEPS && list ? Uint32Array.from(list) : undefined,
    };
    this.#last.set(actor, { entry, list, steps: entry.list ? 0 : steps });
    this.#entries.set(call, entry);
    this.#all.push(entry);
  }
}

function notOk(reason: string): ParsedTapeLine {
  return { ok: false, reason };
}

/** The tape was written by a newer version. */
export class TapeOfLaterFormat extends Error {
  override readonly name = "TapeOfLaterFormat";
}

/** Of a line that is a message, and laid out as usual. */
function messageHashOf(bytes: Uint8Array): string | undefined {
  const end = MESSAGE.length + HASH_LENGTH;
  if (bytes.length <= end || bytes[end] !== QUOTE) return undefined;
  for (let at = 0; at < MESSAGE.length; at++) if (bytes[at] !== MESSAGE[at]) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset + MESSAGE.length, HASH_LENGTH).toString("latin1");
}

/** A list by the one before it; `undefined` where that has no such piece. */
export function applied(delta: readonly number[], before: ArrayLike<number>): number[] | undefined {
  const list: number[] = [];
  for (let at = 0; at < delta.length; at++) {
    const item = delta[at] ?? 0;
    if (item >= 0) list.push(item);
    else {
      const [from, to] = [-1 - item, delta[++at] ?? 0];
      if (from >= to || to > before.length) return undefined;
      for (let place = from; place < to; place++) list.push(before[place] ?? 0);
    }
  }
  return list;
}

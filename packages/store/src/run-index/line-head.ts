import { EVENT_TYPES } from "@llm-sim/events/schema";
import { FixedText } from "./fixed-text.ts";
import { REFUSED } from "./json-scan.ts";
import { TIMESTAMP_LENGTH, TimestampReader } from "./timestamp-reader.ts";
import { readUlid, ULID_LENGTH, ULID_WORDS } from "./ulid.ts";

/** What stands between the first members of every line, and the words for its kind with their closing quote. */
export const EVENT_ID = new FixedText('{"event_id":"');
export const TIMESTAMP = new FixedText('","timestamp":"');
export const TURN_NUMBER = new FixedText('","turn_number":');
export const EVENT_TYPE = new FixedText(',"event_type":"');
export const EVENT_TYPE_WORDS = EVENT_TYPES.map((type) => new FixedText(`${type}"`));
const TIME_PLACE = EVENT_ID.length + ULID_LENGTH + TIMESTAMP.length;
const TURN_PLACE = TIME_PLACE + TIMESTAMP_LENGTH + TURN_NUMBER.length;

/** The first four members of a line as this project's writer lays it out: about 0.1 µs. Filled again by each reading. */
export class LineHead {
  readonly id = new Uint32Array(ULID_WORDS);
  time = 0;
  turn = 0;
  /** Index into EVENT_TYPES. */
  kind = 0;
  readonly #timestamps = new TimestampReader();

  /** @returns `undefined` where the line is laid out otherwise */
  read(line: Buffer): this | undefined {
    if (line.length <= TURN_PLACE) return undefined;
    const view = new DataView(line.buffer, line.byteOffset, line.byteLength);
    if (!EVENT_ID.isAt(view, 0) || !readUlid(view, EVENT_ID.length, this.id, 0)) return undefined;
    if (!TIMESTAMP.isAt(view, TIME_PLACE - TIMESTAMP.length)) return undefined;
    this.time = this.#timestamps.read(line, view, TIME_PLACE);
    if (this.time === REFUSED || !TURN_NUMBER.isAt(view, TURN_PLACE - TURN_NUMBER.length)) return undefined;
    let at = TURN_PLACE;
    let turn = 0;
    for (let digit = (line[at] ?? 0) - 0x30; digit >= 0 && digit <= 9; digit = (line[++at] ?? 0) - 0x30)
      turn = turn * 10 + digit;
    this.turn = turn;
    if (!EVENT_TYPE.isAt(view, at)) return undefined;
    at += EVENT_TYPE.length;
    this.kind = EVENT_TYPE_WORDS.findIndex((word) => word.isAt(view, at));
    return this.kind === -1 ? undefined : this;
  }
}

import { formatTimestamp, ID_OFFSET, TIMESTAMP_OFFSET } from "../layout/index.ts";
import { EVENT_TYPES } from "../schema/index.ts";
import type { LineEncoder } from "./line-encoder.ts";
import { BLOCK_DIGITS, type IdBlock, writeCounter } from "./ulid.ts";

const MILLISECOND_DIGITS = "2026-11-23T07:15:00.000".length;
const ZERO = 0x30;

/** How every line begins: what is the same in all lines of a turn, with id and time filled in for each, then what goes by the kind. */
export class LineHead {
  #front: Uint8Array = frontOf(0);
  readonly #kinds: readonly Uint8Array[];
  #block: IdBlock | undefined;
  #millisecond = -1;

  constructor(simulationId: string) {
    const run = JSON.stringify(simulationId);
    this.#kinds = EVENT_TYPES.map((type) => Buffer.from(`${JSON.stringify(type)},"simulation_id":${run}`));
  }

  set turn(turn: number) {
    this.#front = frontOf(turn);
    this.#block = undefined;
    this.#millisecond = -1;
  }

  /** @param time microseconds since 1970 */
  write(encoder: LineEncoder, kind: number, block: IdBlock, counter: number, time: number): void {
    const millisecond = Math.floor(time / 1000);
    const front = this.#front;
    if (block !== this.#block) {
      this.#block = block;
      front.set(block.digits, ID_OFFSET);
    }
    if (millisecond !== this.#millisecond) {
      this.#millisecond = millisecond;
      const text = new Date(millisecond).toISOString();
      for (let index = 0; index < MILLISECOND_DIGITS; index++)
        front[TIMESTAMP_OFFSET + index] = text.charCodeAt(index);
    }
    writeCounter(front, ID_OFFSET + BLOCK_DIGITS, counter);
    const rest = time - millisecond * 1000;
    const tens = (rest / 10) | 0;
    const hundreds = (tens / 10) | 0;
    const at = TIMESTAMP_OFFSET + MILLISECOND_DIGITS;
    front[at] = ZERO + hundreds;
    front[at + 1] = ZERO + tens - hundreds * 10;
    front[at + 2] = ZERO + rest - tens * 10;
    encoder.bytes(front);
    const tail = this.#kinds[kind];
    if (tail) encoder.bytes(tail);
  }
}

function frontOf(turn: number): Uint8Array {
  const blank = `"event_id":"${"0".repeat(26)}","timestamp":"${formatTimestamp(0)}","turn_number":${turn}`;
  return Buffer.from(`{${blank},"event_type":`);
}

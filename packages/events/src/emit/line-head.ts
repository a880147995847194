import { formatTimestamp, ID_OFFSET, TIMESTAMP_OFFSET } from "../layout/index.ts";

import type { LineEncoder } from "./line-encoder.ts";
import { BLOCK_DIGITS, type IdBlock, writeCounter } from "./ulid.ts";

const MILLISECOND_DIGITS = "2026-11-23T07:15:00.000".length;
const ZERO = 0x30;

/** How all lines of one kind in one turn begin; id and time are filled in for each. */
export class LineHead {
  readonly #bytes: Uint8Array;
  #block: IdBlock | undefined;
  #millisecond = -1;

  constructor(turn: number, eventType: string, simulationId: string) {
    const blank = { event_id: "0".repeat(26), timestamp: formatTimestamp(0), turn_number: turn };
    const head = JSON.stringify({ ...blank, event_type: eventType, simulation_id: simulationId });
    this.#bytes = Buffer.from(head.slice(0, -1));
  }

  /** @param time microseconds since 1970 */
  write(encoder: LineEncoder, block: IdBlock, counter: number, time: number): void {
    const millisecond = Math.floor(time / 1000);
    const bytes = this.#bytes;
    if (block !== this.#block) {
      this.#block = block;
      bytes.set(block.digits, ID_OFFSET);
    }
    if (millisecond !== this.#millisecond) {
      this.#millisecond = millisecond;
      const text = new Date(millisecond).toISOString();
      for (let index = 0; index < MILLISECOND_DIGITS; index++)
        bytes[TIMESTAMP_OFFSET + index] = text.charCodeAt(index);
    }
    writeCounter(bytes, ID_OFFSET + BLOCK_DIGITS, counter);
    const rest = time - millisecond * 1000;
    const tens = (rest / 10) | 0;
    const hundreds = (tens / 10) | 0;
    const at = TIMESTAMP_OFFSET + MILLISECOND_DIGITS;
    bytes[at] = ZERO + hundreds;
    bytes[at + 1] = ZERO + tens - hundreds * 10;
    bytes[at + 2] = ZERO + rest - tens * 10;
    encoder.bytes(bytes);
  }
}

import {
  ACTIVE_HIGH,
  ACTIVE_LOW,
  BYTES_HIGH,
  BYTES_LOW,
  CLOSED_SEGMENTS,
  TAPE_HIGH,
  TAPE_LOW,
} from "./ring.ts";

const WORD_BITS = 30; // of a control word that counts bytes: stays positive in an Int32

/** Tells the emitter's side how far the writing has come. */
export function publishProgress(
  control: Int32Array,
  bytes: number,
  active: number,
  closedSegments: number,
): void {
  Atomics.store(control, BYTES_LOW, bytes % 2 ** WORD_BITS);
  Atomics.store(control, BYTES_HIGH, Math.floor(bytes / 2 ** WORD_BITS));
  Atomics.store(control, ACTIVE_LOW, active % 2 ** WORD_BITS);
  Atomics.store(control, ACTIVE_HIGH, Math.floor(active / 2 ** WORD_BITS));
  Atomics.store(control, CLOSED_SEGMENTS, closedSegments);
}

/** Tells the emitter's side how far the tape has come. */
export function publishTape(control: Int32Array, wholeBytes: number): void {
  Atomics.store(control, TAPE_LOW, wholeBytes % 2 ** WORD_BITS);
  Atomics.store(control, TAPE_HIGH, Math.floor(wholeBytes / 2 ** WORD_BITS));
}

/** The bytes of the tape's whole lines, from the control words. */
export function tapeBytes(control: Int32Array): number {
  return Atomics.load(control, TAPE_HIGH) * 2 ** WORD_BITS + Atomics.load(control, TAPE_LOW);
}

/** The bytes of the active segment that were counted, from the control words. */
export function activeBytes(control: Int32Array): number {
  return Atomics.load(control, ACTIVE_HIGH) * 2 ** WORD_BITS + Atomics.load(control, ACTIVE_LOW);
}

/** The bytes written, from the control words. */
export function bytesWritten(control: Int32Array): number {
  return Atomics.load(control, BYTES_HIGH) * 2 ** WORD_BITS + Atomics.load(control, BYTES_LOW);
}

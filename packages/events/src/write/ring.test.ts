import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MIN_LINE_LENGTH } from "../layout/index.ts";
import { createRingMemory, EVENT_TAIL, RingConsumer, RingProducer } from "./ring.ts";

// The smallest queue there can be, so that it is soon full.
const SIZE = 64 * 1024;
const RESERVE = SIZE / 16;
const LARGEST = SIZE / 4;

/** A ring and what ought to be in it: every line is filled with its number. */
class Model {
  readonly memory = createRingMemory(SIZE);
  readonly producer = new RingProducer(this.memory, RESERVE, LARGEST);
  readonly consumer = new RingConsumer(this.memory);
  readonly waiting: { number: number; length: number; tape?: "part" | "end" }[] = [];
  #made = 0;

  get waitingBytes(): number {
    return this.waiting.reduce((sum, { length }) => sum + length, 0);
  }

  /** As the emitter does: claim, write, widen where it does not fit. @returns whether the line was taken */
  produce(length: number, privileged: boolean): boolean {
    const { producer } = this;
    if (!producer.claim(privileged)) return false;
    if (producer.limit - producer.start < length && !producer.widen(privileged)) return false;
    if (producer.limit - producer.start < length) return false;
    const number = this.#made++;
    producer.buffer.fill(number & 0xff, producer.start, producer.start + length);
    producer.commit(length);
    this.waiting.push({ number, length });
    return true;
  }

  /** As who writes the tape does. @returns whether the part was taken */
  produceTape(length: number, goesOn: boolean): boolean {
    const number = this.#made;
    if (!this.producer.putTape(Buffer.alloc(length, number & 0xff), goesOn)) return false;
    this.#made++;
    this.waiting.push({ number, length, tape: goesOn ? "part" : "end" });
    return true;
  }

  get waitingEvents(): number {
    return this.waiting.filter(({ tape }) => tape === undefined).length;
  }

  /** As the drain does. @returns how many lines it took */
  consume(room: number, most: number, takesAny: boolean): number {
    const batch = this.consumer.peek(room, most, takesAny);
    expect(this.consumer.isEmpty).toBe(batch === "empty");
    if (batch === "empty") {
      expect(this.waiting).toEqual([]);
      return 0;
    }
    if (batch === "full") {
      expect(this.waiting[0]?.length).toBeGreaterThan(room);
      expect(this.waiting[0]?.tape).toBeUndefined();
      expect(takesAny).toBe(false);
      return 0;
    }
    let at = batch.start;
    const taken = this.waiting.splice(0, batch.lines);
    // Lines of one file only.
    expect(taken.every(({ tape }) => (tape !== undefined) === batch.isTape)).toBe(true);
    if (batch.isTape) {
      const last = taken.findLastIndex(({ tape }) => tape === "end");
      const whole = taken.slice(0, last + 1).reduce((sum, { length }) => sum + length, 0);
      expect(this.consumer.wholeTapeBytes(batch)).toBe(whole);
    }
    for (const { number, length } of taken) {
      const bytes = this.consumer.buffer.subarray(at, at + length);
      expect(bytes.length === length && bytes.every((byte) => byte === (number & 0xff))).toBe(true);
      at += length;
    }
    expect(at).toBe(batch.start + batch.bytes);
    expect(this.consumer.lastLineLength(batch)).toBe(taken.at(-1)?.length);
    // The tape has no segments whose room could end.
    if (batch.lines > 1) expect(batch.bytes).toBeLessThanOrEqual(batch.isTape ? most : Math.min(room, most));
    this.consumer.release(batch);
    const { control } = this.consumer;
    expect(this.producer.eventHead - Atomics.load(control, EVENT_TAIL)).toBe(this.waitingEvents);
    expect([...this.consumer.waiting()].map(({ length }) => length)).toEqual(
      this.waiting.filter(({ tape }) => tape === undefined).map(({ length }) => length),
    );
    return batch.lines;
  }
}

const length = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: MIN_LINE_LENGTH, max: 4000 }) },
  fc.integer({ min: MIN_LINE_LENGTH, max: LARGEST }),
  fc.constantFrom(MIN_LINE_LENGTH, LARGEST),
);
const produce = fc.record({ length, privileged: fc.boolean() });
const produceTape = fc.record({
  part: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: LARGEST })),
  goesOn: fc.boolean(),
});
const consume = fc.record({
  room: fc.constantFrom(SIZE, 9000, 200),
  most: fc.constantFrom(SIZE, 9000, 1),
  takesAny: fc.boolean(),
});

describe("the ring", () => {
  it("uses no more memory than waits: who keeps up with it touches only its beginning", () => {
    const model = new Model();
    const largest = SIZE / 32;
    for (let line = 0; line < 1000; line++) {
      expect(line % 3 === 0 ? model.produceTape(largest, false) : model.produce(largest, false)).toBe(true);
      model.consume(SIZE, SIZE, true);
      // What may wait is no less for it.
      expect([model.producer.backlog, model.waiting.length]).toEqual([0, 0]);
    }
    expect(model.producer.buffer.findLastIndex((byte) => byte !== 0)).toBeLessThan(3 * largest);
    let taken = 0;
    while (model.produce(largest, true)) taken++;
    expect(taken * largest).toBeGreaterThanOrEqual(SIZE - 2 * largest);
    while (model.waiting.length > 0) model.consume(SIZE, SIZE, true);
  });

  it("gives every line back, whole, once and in order, however the two ends take turns", () => {
    let wrapped = 0;
    let refused = 0;
    let taped = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 3, arbitrary: produce }, produceTape, consume), {
          maxLength: 300,
          size: "max",
        }),
        (steps) => {
          const model = new Model();
          for (const step of steps) {
            if ("length" in step) {
              const before = model.producer.start;
              const taken = model.produce(step.length, step.privileged);
              if (taken && model.producer.start < before) wrapped++;
              if (!taken) {
                refused++;
                // Only for want of room: what waits, the line, what is reserved and what is lost at the ring's end.
                const reserve = step.privileged ? 0 : RESERVE;
                expect(model.waitingBytes + step.length + reserve + LARGEST).toBeGreaterThan(SIZE);
              }
            } else if ("part" in step) {
              const { waitingBytes } = model;
              if (model.produceTape(step.part, step.goesOn)) {
                taped++;
                // Half of the ring is left to events.
                expect(waitingBytes + step.part).toBeLessThanOrEqual(SIZE / 2);
              }
            } else model.consume(step.room, step.most, step.takesAny);
            expect(model.producer.backlog).toBeGreaterThanOrEqual(model.waitingBytes);
            expect(model.producer.backlog).toBeLessThan(SIZE);
          }
          while (model.waiting.length > 0) expect(model.consume(SIZE, SIZE, true)).toBeGreaterThan(0);
          expect(model.consumer.isEmpty).toBe(true);
          expect(model.producer.backlog).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
    expect(wrapped).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
    expect(taped).toBeGreaterThan(100);
  });

  it("takes the largest line wherever it stands, once it is empty", () => {
    fc.assert(
      fc.property(fc.array(length, { maxLength: 60 }), (lengths) => {
        const model = new Model();
        for (const one of lengths) {
          expect(model.produce(one, false)).toBe(true);
          model.consume(SIZE, SIZE, true);
        }
        expect(model.produce(LARGEST, false)).toBe(true);
      }),
    );
  });

  it("keeps a part for privileged lines when it is full", () => {
    fc.assert(
      fc.property(fc.array(length, { maxLength: 30 }), length, (before, filler) => {
        const model = new Model();
        for (const one of before) if (!model.produce(one, false)) model.consume(SIZE, 1, true);
        while (model.produce(filler, false));
        // The last piece before the ring's end may be too short for it; what is reserved is whole on one side or the other.
        expect(model.produce(RESERVE / 2 - 1, true)).toBe(true);
      }),
    );
  });

  it("refuses a line when its table of lengths is full, the privileged ones last", () => {
    const model = new Model();
    const entries = model.memory.lengths.byteLength / 4;
    const tiny = 4; // shorter than any event, so that the table is full before the bytes are
    let taken = 0;
    while (model.produce(tiny, false)) taken++;
    expect(taken).toBe(entries - 64 - 1);
    while (model.produce(tiny, true)) taken++;
    expect(taken).toBe(entries - 1);
    expect(model.consume(SIZE, SIZE, true)).toBe(taken);
    expect(model.produce(tiny, false)).toBe(true);
    expect(model.consume(SIZE, SIZE, true)).toBe(1);
  });

  it("offers no more than the largest line", () => {
    const { producer } = new Model();
    producer.claim(true);
    expect(producer.limit - producer.start).toBe(LARGEST);
  });

  it("gives up nothing by a claim that comes to nothing", () => {
    const model = new Model();
    model.produce(300, false);
    model.producer.claim(false);
    model.producer.widen(false);
    model.producer.claim(true);
    model.produce(200, false);
    expect(model.consume(SIZE, SIZE, true) + model.consume(SIZE, SIZE, true)).toBe(2);
  });
});

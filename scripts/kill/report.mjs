// What a child says of itself over its pipe: frames of a text and a time, in the order in which they came about.

const TEXT_BYTES = 64;
export const FRAME_BYTES = TEXT_BYTES + 8;

/** What a frame says that is not the id of an event. */
export const MARKS = {
  begun: "begun",
  opened: "opened",
  closing: "closing",
  closed: "closed",
  dropped: "dropped",
  warning: "! ",
};

/** Of the clock that all processes of a machine share. */
export const microseconds = () => Number(process.hrtime.bigint() / 1000n);

/** Collects frames out of a pipe's chunks. */
export class ReportReader {
  /** @type {{ event_id: string, at: number }[]} what was emitted, in microseconds of `microseconds` */
  emitted = [];
  /** @type {Map<string, number>} the marks that came, and when; of `opened` the drain's thread */
  marks = new Map();
  warnings = [];
  dropped = 0;
  #left = Buffer.alloc(0);

  take(chunk) {
    const bytes = this.#left.length > 0 ? Buffer.concat([this.#left, chunk]) : chunk;
    let start = 0;
    for (; start + FRAME_BYTES <= bytes.length; start += FRAME_BYTES) this.#frame(bytes, start);
    this.#left = Buffer.from(bytes.subarray(start));
  }

  #frame(bytes, start) {
    const text = bytes.latin1Slice(start, start + TEXT_BYTES).replace(/\0+$/, "");
    const at = bytes.readDoubleLE(start + TEXT_BYTES);
    if (text.length === 26 && !text.startsWith(MARKS.warning)) this.emitted.push({ event_id: text, at });
    else if (text === MARKS.dropped) this.dropped++;
    else if (text.startsWith(MARKS.warning)) this.warnings.push(text.slice(MARKS.warning.length));
    else this.marks.set(text, at);
  }
}

import type { EventBatch, StreamedEvent } from "@llm-sim/store";

const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const FIELD_OVERHEAD = "id: \ndata: \n\n".length;

/** An event as one Server-Sent Event (HTML standard, 9.2.5): `id: <event_id>`, `data: <the line>`, an empty line. */
export function eventFrame(event: StreamedEvent): Buffer {
  return framed([event]);
}

/** Several, one behind the other, in one piece of memory. */
function framed(events: readonly StreamedEvent[]): Buffer {
  let size = 0;
  // Ids are ULIDs and so ASCII.
  for (const { event_id, line } of events) size += FIELD_OVERHEAD + event_id.length + line.length;
  // Of its own: a piece of Node's pool would keep all of that for a client that takes its time.
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const { event_id, line } of events) {
    at += bytes.write(`id: ${event_id}\ndata: `, at, "latin1");
    const from = at;
    bytes.set(line, at);
    at += line.length;
    // Between JSON's tokens a lone CR is white space, as a line of another hand may have it; to a stream it ends a line.
    const text = bytes.subarray(from, at);
    for (let cr = text.indexOf(CARRIAGE_RETURN); cr !== -1; cr = text.indexOf(CARRIAGE_RETURN, cr))
      text[cr] = SPACE;
    at += bytes.write("\n\n", at, "latin1");
  }
  return bytes;
}

/** The frames of batches: made once, whoever they are sent to. */
export class Frames {
  readonly #made = new WeakMap<EventBatch, Buffer>();
  /** Events that were framed. */
  count = 0;

  of(batch: EventBatch): Buffer {
    const made = this.#made.get(batch);
    if (made !== undefined) return made;
    const bytes = framed(batch.events);
    this.#made.set(batch, bytes);
    this.count += batch.events.length;
    return bytes;
  }
}

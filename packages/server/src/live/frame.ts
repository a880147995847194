import type { StreamedEvent } from "@llm-sim/store";

const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const FIELD_OVERHEAD = "id: \ndata: \n\n".length;

/** An event as one Server-Sent Event (HTML standard, 9.2.5): `id: <event_id>`, `data: <the line>`, an empty line. */
export function eventFrame({ event_id, line }: StreamedEvent): Buffer {
  // Ids are ULIDs and so ASCII.
  const frame = Buffer.allocUnsafe(FIELD_OVERHEAD + event_id.length + line.length);
  let at = frame.write(`id: ${event_id}\ndata: `, 0, "latin1");
  const from = at;
  frame.set(line, at);
  at += line.length;
  // Between JSON's tokens a lone CR is white space, as a line of another hand may have it; to a stream it ends a line.
  for (
    let cr = frame.indexOf(CARRIAGE_RETURN, from);
    cr !== -1 && cr < at;
    cr = frame.indexOf(CARRIAGE_RETURN, cr)
  ) {
    frame[cr] = SPACE;
  }
  frame.write("\n\n", at, "latin1");
  return frame;
}

export async function* eventFrames(events: AsyncIterable<StreamedEvent>): AsyncGenerator<Buffer> {
  for await (const event of events) yield eventFrame(event);
}

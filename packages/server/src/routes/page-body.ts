import type { Completeness, EventsAnswer } from "@llm-sim/api";
import type { EventPage } from "@llm-sim/store";

const COMMA = 0x2c;
const OPENING = new TextEncoder().encode('{"events":[');

/**
 * A page as JSON, with the lines as the bytes they are. Parsing and stringifying them instead takes 17 times as long
 * (1,000 events of 420 bytes on Node 20: 2.9 ms against 0.17 ms).
 */
export function pageBytes(page: EventPage & Completeness): Uint8Array<ArrayBuffer> {
  const { lines, total, has_more, next_cursor, complete, gaps, hints } = page;
  const rest: Omit<EventsAnswer, "events"> = {
    total,
    has_more,
    next_cursor: next_cursor ?? null,
    complete,
    gaps,
    ...(hints !== undefined && { hints }),
  };
  const closing = new TextEncoder().encode(`],${JSON.stringify(rest).slice(1)}`);
  const commas = Math.max(0, lines.length - 1);
  const size = lines.reduce((bytes, line) => bytes + line.length, 0);
  const body = new Uint8Array(OPENING.length + size + commas + closing.length);
  body.set(OPENING);
  let at = OPENING.length;
  for (const [index, line] of lines.entries()) {
    if (index > 0) body[at++] = COMMA;
    body.set(line, at);
    at += line.length;
  }
  body.set(closing, at);
  return body;
}

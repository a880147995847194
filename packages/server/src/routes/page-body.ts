import { Readable } from "node:stream";
import type { Completeness, EventsAnswer } from "@llm-sim/api";
import type { EventPage } from "@llm-sim/store";

/** From this size on a page is sent in pieces: joining it would hold it twice. */
const PIECE = 256 * 1024;
const COMMA = Buffer.from(",");
const OPENING = Buffer.from('{"events":[');

export interface PageBody {
  body: Buffer | Readable;
  /** In bytes. */
  length: number;
}

/**
 * A page as JSON, with the lines as the bytes they are. Parsing and stringifying them instead takes 17 times as long
 * (1,000 events of 420 bytes on Node 20: 2.9 ms against 0.17 ms).
 */
export function pageBody(page: EventPage & Completeness): PageBody {
  const { total, has_more, next_cursor, complete, gaps, hints } = page;
  const rest: Omit<EventsAnswer, "events"> = {
    total,
    has_more,
    next_cursor: next_cursor ?? null,
    complete,
    gaps,
    ...(hints !== undefined && { hints }),
  };
  const closing = Buffer.from(`],${JSON.stringify(rest).slice(1)}`);
  const commas = Math.max(0, page.lines.length - 1);
  const length = OPENING.length + pageSize(page) + commas + closing.length;
  if (length <= PIECE) return { body: Buffer.concat([...parts(page.lines, closing)], length), length };
  return {
    body: Readable.from(pieces(page.lines, closing), { objectMode: false, highWaterMark: PIECE }),
    length,
  };
}

/** Bytes of a page's lines. */
export function pageSize({ lines }: Pick<EventPage, "lines">): number {
  let bytes = 0;
  for (const line of lines) bytes += line.length;
  return bytes;
}

function* parts(lines: readonly Uint8Array[], closing: Buffer): Generator<Uint8Array> {
  yield OPENING;
  for (const [index, line] of lines.entries()) {
    if (index > 0) yield COMMA;
    yield line;
  }
  yield closing;
}

function* pieces(lines: readonly Uint8Array[], closing: Buffer): Generator<Buffer> {
  let piece: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts(lines, closing)) {
    piece.push(part);
    bytes += part.length;
    if (bytes < PIECE) continue;
    yield Buffer.concat(piece, bytes);
    piece = [];
    bytes = 0;
  }
  yield Buffer.concat(piece, bytes);
}

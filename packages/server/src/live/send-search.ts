import { once } from "node:events";
import type { Writable } from "node:stream";
import type { SearchProgress } from "@llm-sim/api";
import type { ParsedCriteria, Run, StreamedEvent } from "@llm-sim/store";
import { eventFrame } from "./frame.ts";
import { messageFrame } from "./message-frame.ts";
import type { SseReply } from "./sse-reply.ts";

/** Milliseconds between two messages that say how far the search has come. */
const TELL_EVERY = 100;

interface Asked {
  criteria: ParsedCriteria;
  /** So many hits are sent whole. */
  hits: number;
  signal: AbortSignal;
}

type Piece = Uint8Array<ArrayBuffer>;

/**
 * Looks for a text, telling hits as they are found, and how far it has come, as the messages of a stream.
 *
 * @returns the last messages
 */
export async function searchPieces(
  run: Run,
  { criteria, hits, signal }: Asked,
  tell: (piece: Piece) => void,
): Promise<Piece> {
  let waiting: StreamedEvent[] = [];
  let latest: SearchProgress | undefined;
  // Where the log turns out to be another meanwhile, the search begins anew.
  const sent = new Set<string>();
  const messages = (): Buffer[] => {
    const frames = waiting.map(eventFrame);
    if (latest !== undefined) frames.push(messageFrame("progress", latest));
    waiting = [];
    latest = undefined;
    return frames;
  };
  let told = performance.now();
  const { answer } = await run.ask((asked) =>
    asked.search(criteria, {
      signal,
      hits,
      onProgress: ({ events, ...progress }) => {
        for (const event of events) {
          if (sent.has(event.event_id)) continue;
          sent.add(event.event_id);
          waiting.push(event);
        }
        latest = progress;
        if (performance.now() - told < TELL_EVERY) return;
        tell(joined(messages()));
        told = performance.now();
      },
    }),
  );
  return joined([...messages(), messageFrame("end", answer)]);
}

/**
 * Sends what a search tells; what waits for a slow client is a page at most.
 *
 * @param onHeld told how many bytes wait, whenever that changes
 */
export async function sendSearch(
  sse: Pick<SseReply, "ended"> & { raw: Writable },
  search: (onPiece: (piece: Uint8Array) => void) => Promise<{ body: Uint8Array }>,
  onHeld: (bytes: number) => void,
): Promise<void> {
  let sending = Promise.resolve();
  let held = 0;
  const hold = (bytes: number): void => {
    held += bytes;
    onHeld(held);
  };
  const send = async (piece: Uint8Array): Promise<void> => {
    if (!sse.raw.write(piece)) await once(sse.raw, "drain", { signal: sse.ended });
    hold(-piece.length);
  };
  const onPiece = (piece: Uint8Array): void => {
    hold(piece.length);
    sending = sending.then(() => send(piece));
    // Told below, or nobody is left to be told.
    sending.catch(() => undefined);
  };
  const { body } = await search(onPiece);
  onPiece(body);
  await sending;
}

/** In a buffer of its own, which can be given away. */
function joined(frames: readonly Uint8Array[]): Piece {
  const bytes = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

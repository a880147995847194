import { type Dialect, parseEventLine } from "../line/index.ts";
import type { Event } from "../schema/index.ts";
import { type Place, walkSegments } from "./segment/index.ts";

export interface ReadEvent extends Place {
  event: Event;
  dialect: Dialect;
}

export interface SkippedLine extends Place {
  reason: string;
}

export interface ReadEventsOptions {
  /** Called for each line that is no valid event. */
  onSkipped?: (line: SkippedLine) => void;
}

/**
 * All events of a run in order, across its segments, in memory that does not grow with the run. Of a run that is
 * being written: those that are there so far.
 *
 * @example
 * for await (const { event } of readEvents("output/market-7")) console.log(event.description);
 * @throws RunReadError
 */
export async function* readEvents(
  runDirectory: string,
  options: ReadEventsOptions = {},
): AsyncGenerator<ReadEvent, void, undefined> {
  for await (const { segment, lines } of walkSegments(runDirectory)) {
    for (const { bytes, offset, line, damage } of lines) {
      const parsed = damage === undefined ? parseEventLine(bytes) : { ok: false as const, reason: damage };
      const place = { file: segment.file, line, offset };
      if (parsed.ok) yield { event: parsed.event, dialect: parsed.dialect, ...place };
      else options.onSkipped?.({ ...place, reason: parsed.reason });
    }
  }
}

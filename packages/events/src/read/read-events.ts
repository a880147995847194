import { type Dialect, parseEventLine } from "../line/index.ts";
import { type OptionNames, unknownOption } from "../naming/index.ts";
import type { Event } from "../schema/index.ts";
import { SeenIds } from "./seen-ids.ts";
import { type Place, walkSegments } from "./segment/index.ts";

export interface ReadEvent extends Place {
  event: Event;
  dialect: Dialect;
}

export interface SkippedLine extends Place {
  reason: string;
}

export interface ReadEventsOptions {
  /** Called for each line that is no valid event, and for each whose event has an id that was read before (`repeated`). */
  onSkipped?: (line: SkippedLine) => void;
}

const READ_OPTIONS: OptionNames<ReadEventsOptions> = { onSkipped: true };

/** Why a line is skipped whose event has an id that was read before. */
export const REPEATED = "repeated";

/**
 * All events of a run in the order of the log, across its segments, each once, in memory that does not grow with the run
 * (where ids do not ascend, which is so in logs of other hands only, by some 24 bytes an event). Of a run that is being
 * written: those that are there so far.
 *
 * @example
 * for await (const { event } of readEvents("output/market-7")) console.log(event.description);
 * @throws RunReadError; RangeError for an option there is none of
 */
export async function* readEvents(
  runDirectory: string,
  options: ReadEventsOptions = {},
): AsyncGenerator<ReadEvent, void, undefined> {
  const unknown = unknownOption("readEvents", options, READ_OPTIONS);
  if (unknown !== undefined) throw new RangeError(`${unknown}.`);
  const seen = new SeenIds(() => idsOf(runDirectory));
  for await (const { segment, lines } of walkSegments(runDirectory)) {
    for (const { bytes, offset, line, damage } of lines) {
      const parsed = damage === undefined ? parseEventLine(bytes) : { ok: false as const, reason: damage };
      const place = { file: segment.file, line, offset };
      if (!parsed.ok) options.onSkipped?.({ ...place, reason: parsed.reason });
      else if (!seen.addAscending(parsed.event.event_id) && !(await seen.add(parsed.event.event_id)))
        options.onSkipped?.({ ...place, reason: REPEATED });
      else yield { event: parsed.event, dialect: parsed.dialect, ...place };
    }
  }
}

/** The ids of all lines that are events, in the order of the log, repeated ones as often as they are there. */
export async function* idsOf(runDirectory: string): AsyncGenerator<string, void, undefined> {
  for await (const { lines } of walkSegments(runDirectory)) {
    for (const { bytes, damage } of lines) {
      const parsed = damage === undefined ? parseEventLine(bytes) : undefined;
      if (parsed?.ok) yield parsed.event.event_id;
    }
  }
}

import { formatTimestamp, parseTimestamp } from "../schema/index.ts";
import type { Clock } from "./clock.ts";

/** Past it microseconds are no safe integers: 2255-06-05T23:47:34.740991Z. */
export const LAST_MICROSECOND = Number.MAX_SAFE_INTEGER;

/** A clock that stands where it was set. */
export interface ManualClock extends Clock {
  /**
   * @param moment ISO 8601 text (UTC where it names no offset), a Date, or microseconds since 1970
   * @throws RangeError where that is no moment between 1970 and 2255
   */
  set(moment: string | Date | number): void;
}

/**
 * The clock of a program whose events happened at times of their own: set it before each of them.
 *
 *     const clock = manualClock("2024-03-01T10:00:00Z");
 *     const stream = await openEventStream({ simulationId: "old-run", clock });
 *     clock.set("2024-03-01T10:00:02.5Z");
 *     stream.decision("ann", "move");   // stamped 2024-03-01T10:00:02.500000Z, and its id begins with that time
 *
 * A run's times never step back: an event whose clock lies before the last one's is stamped with the last one's, so sort first.
 */
export function manualClock(start: string | Date | number): ManualClock {
  let time = momentOf(start);
  return {
    now: () => time,
    set: (moment) => {
      time = momentOf(moment);
    },
  };
}

/** A caller's clock, held to whole microseconds that a log can hold; what is none does not move it. */
export function checkedClock(clock: Clock): Clock {
  let last = 0;
  return {
    now() {
      const time = Math.floor(clock.now());
      if (time >= 0 && time <= LAST_MICROSECOND) last = time;
      return last;
    },
  };
}

function momentOf(moment: string | Date | number): number {
  const time =
    typeof moment === "string"
      ? parseTimestamp(moment)
      : moment instanceof Date
        ? moment.getTime() * 1000
        : moment;
  if (Number.isSafeInteger(time) && time !== undefined && time >= 0) return time;
  const given = moment instanceof Date ? String(moment) : JSON.stringify(moment);
  throw new RangeError(
    `${given} is no moment for a log: expected ISO 8601 text, a Date, or whole microseconds since 1970, up to ${formatTimestamp(LAST_MICROSECOND)}.`,
  );
}

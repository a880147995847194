import type { WatchMoment } from "@llm-sim/api";
import type { Playhead } from "../view/index.ts";

/** Moments that are asked for at once: more than an axis has pixels for. */
export const MAX_MOMENTS = 10_000;

/** Where the playhead stands on a moment, its place among them. */
export function momentAt(
  moments: readonly WatchMoment[],
  playhead: Playhead | undefined,
): number | undefined {
  if (playhead?.eventId === undefined) return undefined;
  const at = moments.findIndex(({ event_id }) => event_id === playhead.eventId);
  return at === -1 ? undefined : at;
}

/** The next moment after the playhead, or the last before it; `undefined` where there is none. Without a playhead all are before. */
export function neighbourMoment(
  moments: readonly WatchMoment[],
  playhead: Playhead | undefined,
  direction: 1 | -1,
): WatchMoment | undefined {
  const at = momentAt(moments, playhead);
  if (at !== undefined) {
    // Several agents' moments may be one event: the next is another place to go to.
    const others = direction === 1 ? moments.slice(at + 1) : moments.slice(0, at).toReversed();
    return others.find(({ event_id }) => event_id !== playhead?.eventId);
  }
  if (direction === 1) return moments.find((moment) => playhead !== undefined && isAfter(moment, playhead));
  return moments.findLast((moment) => playhead === undefined || !isAfter(moment, playhead));
}

/** A playhead without an event stands at the end of its turn; within a turn ids tell, which are made in order. */
function isAfter(moment: WatchMoment, { turn, eventId }: Playhead): boolean {
  if (moment.turn !== turn) return moment.turn > turn;
  return eventId !== undefined && moment.event_id > eventId;
}

/** The turns in which it became true, each once, ascending. */
export function momentTurns(moments: readonly WatchMoment[]): number[] {
  return [...new Set(moments.map(({ turn }) => turn))].sort((a, b) => a - b);
}

/** When a ULID was made, in microseconds since 1970: its first ten characters are milliseconds in base 32. */
export function timeOfId(eventId: string): number | undefined {
  let time = 0;
  for (const character of eventId.slice(0, 10).toUpperCase()) {
    const digit = CROCKFORD.indexOf(character);
    if (digit === -1) return undefined;
    time = time * 32 + digit;
  }
  return eventId.length >= 10 ? time * 1000 : undefined;
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

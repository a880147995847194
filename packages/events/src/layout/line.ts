/**
 * How every line this package writes begins. Id and time stand at fixed places, so that the drain and the
 * index find them without parsing:
 *
 *     {"event_id":"01KAR…26","timestamp":"2026-11-23T…27","turn_number":…
 */
export const ID_OFFSET = '{"event_id":"'.length;
export const ID_LENGTH = 26;
export const TIMESTAMP_OFFSET = ID_OFFSET + ID_LENGTH + '","timestamp":"'.length;
export const TIMESTAMP_LENGTH = 27;
/** Shorter than the shortest line there can be: the ring's table of lengths is sized by it. */
export const MIN_LINE_LENGTH = 128;

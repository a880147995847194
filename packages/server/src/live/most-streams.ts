import { fileLimit } from "@llm-sim/events/run";

/**
 * How many streams are held at a time: each takes a descriptor, and half of those that the system gives to this process are for logs,
 * pages and whatever else there is to do.
 *
 * @param most as many as there may be in any case
 * @param limit descriptors that this process may have; `undefined` where that is not known
 */
export function mostStreams(most: number, limit = fileLimit()): number {
  return limit === undefined ? most : Math.min(most, Math.floor(limit / 2));
}

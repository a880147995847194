import type { Pace } from "./pace.ts";
import { eachOf, paced } from "./steps.ts";

/** Steps between two looks at the clock. */
const STEPS = 2048;

/** Does something short with each of many, and lets others in between. Throws as `Pace.yieldIfDue`. */
export function eachPaced<Item>(
  items: Iterable<Item>,
  pace: Pace,
  take: (item: Item) => void,
): Promise<void> {
  return paced(eachOf(items, take, STEPS), pace);
}

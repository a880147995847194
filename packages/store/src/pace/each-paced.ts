import type { Pace } from "./pace.ts";

/** Steps between two looks at the clock. */
const STEPS = 2048;

/** Does something short with each of many, and lets others in between. Throws as `Pace.yieldIfDue`. */
export async function eachPaced<Item>(
  items: Iterable<Item>,
  pace: Pace,
  take: (item: Item) => void,
): Promise<void> {
  let steps = 0;
  for (const item of items) {
    take(item);
    if (++steps % STEPS === 0 && pace.isDue) await pace.yieldIfDue();
  }
}

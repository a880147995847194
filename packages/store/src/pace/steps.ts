import type { Pace } from "./pace.ts";

/** Work that stops after each little of it, and ends with what came of it. */
export type Steps<Result = void> = Generator<undefined, Result, undefined>;

/** Something short with each of many, and a stop after so many. */
export function* eachOf<Item>(items: Iterable<Item>, take: (item: Item) => void, size = 256): Steps {
  let taken = 0;
  for (const item of items) {
    take(item);
    if (++taken % size === 0) yield;
  }
}

/** Lets others in where the work stops. Throws as `Pace.yieldIfDue`. */
export async function paced<Result>(steps: Steps<Result>, pace: Pace): Promise<Result> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (pace.isDue) await pace.yieldIfDue();
  }
}

/** For who has nobody to let in. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

import { blame, during } from "./activity.ts";
import { type Answer, isThenable } from "./answer.ts";

/** For a message to who made something else async. */
const MAY_BE_ASYNC = "decide, observe, validate, combine, beforeTurn and afterActions";

/** What user code promised will not come: nothing is left in the process that could settle it. */
export class NeverSettled extends Error {
  override readonly name = "NeverSettled";
}

const waiting = new Set<() => void>();

/** One listener for all that is waited for: each of its own would look like a leak to Node. */
function onIdle(): void {
  for (const give of waiting) give();
}

/**
 * What a promise of user code comes to. Where the process has nothing left to do that could settle it (no timer, no socket,
 * no file), it would end here without a word; this rejects instead.
 *
 * @param problem what is waited for, where, and what to do, in one line
 * @throws NeverSettled
 */
export function settled<T>(promise: PromiseLike<T>, problem: () => string): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      forget();
      reject(new NeverSettled(problem()));
    };
    const forget = () => {
      waiting.delete(giveUp);
      if (waiting.size === 0) process.off("beforeExit", onIdle);
    };
    if (waiting.size === 0) process.on("beforeExit", onIdle);
    waiting.add(giveUp);
    promise.then(resolve, reject).then(forget, forget);
  });
}

/**
 * Hands on what user code that has to answer at once returned.
 *
 * @throws TypeError where it is a promise
 */
export function notPromised<T>(returned: T): T {
  if (!isThenable(returned)) return returned;
  // Whatever it comes to is nobody's; a rejection must not end the process before the error that is thrown here.
  returned.then(undefined, () => undefined);
  throw new TypeError(`returned a promise: it has to answer at once; ${MAY_BE_ASYNC} may be async`);
}

/** What `work`, code of the author's that is named by `activity`, answers at once. */
export function atOnce<T>(activity: string, work: () => T): T {
  return during(activity, () => notPromised(work()));
}

/**
 * What `work`, code of the author's that is named by `activity`, answers at once or comes to. What it throws or rejects with is
 * known to come from there.
 *
 * @throws NeverSettled, by a rejection, where nothing is left in the process that could settle its promise
 */
export function inTime<T>(activity: string, work: () => Answer<T>): Answer<T> {
  const answer = during(activity, work);
  if (!isThenable(answer)) return answer;
  const problem = () =>
    `${activity} is never over, and nothing is left in the process that could settle its promise; let it return or throw, whatever comes of what it awaits`;
  return settled(answer, problem).catch((error: unknown) => {
    blame(error, activity);
    throw error;
  });
}

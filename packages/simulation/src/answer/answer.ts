/** What code of the author's answers: at once, or when its promise settles. */
export type Answer<T> = T | PromiseLike<T>;

export function isThenable<T>(value: Answer<T>): value is PromiseLike<T>;
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Goes on with what was answered: at once where it was answered at once, so that code without promises costs no `await`. */
export function after<T, Next>(answer: Answer<T>, next: (value: T) => Answer<Next>): Answer<Next> {
  return isThenable(answer) ? answer.then(next) : next(answer);
}

/** Takes one step after the other, each when the one before it is over. */
export function inOrder<T>(items: readonly T[], step: (item: T) => Answer<void>): Answer<void> {
  let taken = 0;
  for (const item of items) {
    const answer = step(item);
    taken++;
    if (isThenable(answer)) return rest(answer, items.slice(taken), step);
  }
}

async function rest<T>(
  first: PromiseLike<void>,
  items: readonly T[],
  step: (item: T) => Answer<void>,
): Promise<void> {
  await first;
  for (const item of items) {
    const answer = step(item);
    if (isThenable(answer)) await answer;
  }
}

/** Does `work`, and `leave` once it is over, whatever came of it: at once, or when its promise settles. */
export function lasting<T>(work: () => Answer<T>, leave: () => void): Answer<T> {
  let answer: Answer<T>;
  try {
    answer = work();
  } catch (error) {
    leave();
    throw error;
  }
  if (isThenable(answer)) return Promise.resolve(answer).finally(leave);
  leave();
  return answer;
}

/** Does `work`; `fail` is told where it throws, or rejects, which it does all the same. */
export function failing<T>(work: () => Answer<T>, fail: () => void): Answer<T> {
  const failed = (error: unknown): never => {
    fail();
    throw error;
  };
  let answer: Answer<T>;
  try {
    answer = work();
  } catch (error) {
    return failed(error);
  }
  return isThenable(answer) ? answer.then(undefined, failed) : answer;
}

/** Takes one that went on out of those that go on, of which it mostly is the last. */
export function takeOut<T>(held: T[], one: T): void {
  if (held.at(-1) === one) held.pop();
  else held.splice(held.lastIndexOf(one), 1);
}

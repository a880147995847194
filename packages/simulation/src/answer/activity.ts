/** On the error itself, as an engine may have come with another copy of this package. */
const ACTIVITY = Symbol.for("llm-sim.activity");

/** Notes what an error came from, as `rule regrowth`; of activities within each other the innermost counts. */
export function blame(error: unknown, activity: string): void {
  if (!(error instanceof Error) || ACTIVITY in error || !Object.isExtensible(error)) return;
  Object.defineProperty(error, ACTIVITY, { value: activity });
}

/** Does `work`; what it throws is known from then on to come from `activity`. */
export function during<T>(activity: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    blame(error, activity);
    throw error;
  }
}

/** What was being done when this was thrown, where that is known. */
export function activityOf(error: unknown): string | undefined {
  const activity: unknown = error instanceof Error ? Reflect.get(error, ACTIVITY) : undefined;
  return typeof activity === "string" ? activity : undefined;
}

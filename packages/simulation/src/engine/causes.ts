import { type Causes, EventHandle } from "@llm-sim/events";
import type { EmitScope } from "../run-stream.ts";

export function causesOf(causes: Causes | undefined): readonly EventHandle[] {
  if (causes === undefined) return [];
  return causes instanceof EventHandle ? [causes] : causes;
}

/** A scope like another, whose events have a cause more. */
export function alsoBecauseOf(cause: EventHandle, scope: EmitScope): EmitScope {
  return scope.because(together([cause], causesOf(scope.cause)), (inside) => inside);
}

/** Nothing rather than an empty list: where the scope is the only cause, the emitter is faster. */
export function given(causes: readonly EventHandle[]): readonly EventHandle[] | undefined {
  return causes.length === 0 ? undefined : causes;
}

/** Both; where one is empty, without a copy. */
export function together(
  some: readonly EventHandle[],
  more: readonly EventHandle[] | undefined,
): readonly EventHandle[] {
  if (!more || more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

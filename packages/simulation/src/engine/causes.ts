import { type Causes, EventHandle } from "@llm-sim/events";

export function causesOf(causes: Causes | undefined): readonly EventHandle[] {
  if (causes === undefined) return [];
  return causes instanceof EventHandle ? [causes] : causes;
}

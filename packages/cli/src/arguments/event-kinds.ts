import { nearest } from "@llm-sim/events/naming";
import { EVENT_TYPES, type EventType } from "@llm-sim/events/schema";
import { InvalidArgumentError } from "commander";

/** Adds `ACTION` or `action,state` to what was named before. */
export function eventKinds(text: string, before: readonly EventType[] = []): EventType[] {
  return [...before, ...text.split(",").map(eventKind)];
}

function eventKind(text: string): EventType {
  const name = text.trim().toUpperCase();
  const kind = EVENT_TYPES.find((one) => one === name);
  if (!kind) {
    const near = nearest(name, EVENT_TYPES);
    const choice =
      near === undefined ? `Expected one of ${EVENT_TYPES.join(", ")}.` : `Did you mean ${near}?`;
    throw new InvalidArgumentError(choice);
  }
  return kind;
}

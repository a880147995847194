import type { Event } from "@llm-sim/events/schema";
import { describe, eventAgent } from "@llm-sim/events/words";
import { plainText } from "../terminal/index.ts";

/** What happened, in one line that is safe on a terminal. */
export function oneLine(event: Event): string {
  return plainText(describe(event));
}

/** Whom an event is about; empty of what is nobody's. */
export function agentOf(event: Event): string {
  return plainText(eventAgent(event) ?? "");
}

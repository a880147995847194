import { parseTimestamp } from "@llm-sim/events/schema";
import { InvalidArgumentError } from "commander";

/** An ISO 8601 moment, as it was written. */
export function moment(text: string): string {
  if (parseTimestamp(text) === undefined) {
    throw new InvalidArgumentError("Expected an ISO 8601 time, as in 2026-11-23T07:15:00Z.");
  }
  return text;
}

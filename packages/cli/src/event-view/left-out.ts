import { counted } from "../terminal/index.ts";

/** What a person is told where lines of a log are no events: that they are missing, and where to look. */
export function leftOutLine(count: number): string {
  return count === 1
    ? "Left out 1 line that is no event: llm-sim verify lists it."
    : `Left out ${counted(count, "line")} that are no events: llm-sim verify lists them.`;
}

import { join } from "node:path";
import { UTF_16 } from "@llm-sim/events/read";
import type { Run } from "@llm-sim/store";
import { counted } from "../terminal/index.ts";

/** What a person is told where lines of logs are no events: that they are missing, and where to look; nothing where all are. */
export async function leftOutLines(logs: readonly Run[]): Promise<string[]> {
  const count = logs.reduce((sum, log) => sum + log.skippedCount, 0);
  if (count === 0) return [];
  const lines = [
    count === 1
      ? "Left out 1 line that is no event: llm-sim verify lists it."
      : `Left out ${counted(count, "line")} that are no events: llm-sim verify lists them.`,
  ];
  for (const log of logs.filter(({ skippedCount }) => skippedCount > 0)) {
    for (const { file, reason } of (await log.skippedLines()).lines)
      if (reason === UTF_16) lines.push(`${join(log.directory, file)}: ${reason}.`);
  }
  return lines;
}

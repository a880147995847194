import { join } from "node:path";
import { UTF_16 } from "@llm-sim/events/read";
import type { Run } from "@llm-sim/store";
import { counted } from "../terminal/index.ts";

const REPEATED = "repeated";

/** What a person is told where lines of logs are no events, or repeat one: that they are missing, and where to look; nothing where all are. */
export async function leftOutLines(logs: readonly Run[]): Promise<string[]> {
  const count = logs.reduce((sum, log) => sum + log.skippedCount, 0);
  if (count === 0) return [];
  const reasons = new Set<string>();
  const lines: string[] = [];
  for (const log of logs.filter(({ skippedCount }) => skippedCount > 0)) {
    for (const { file, reason } of (await log.skippedLines()).lines) {
      reasons.add(reason);
      if (reason === UTF_16) lines.push(`${join(log.directory, file)}: ${reason}.`);
    }
  }
  const doRepeat = reasons.has(REPEATED);
  return [leftOut(count, doRepeat, !doRepeat || reasons.size > 1), ...lines];
}

function leftOut(count: number, doRepeat: boolean, areNoEvents: boolean): string {
  const isOne = count === 1;
  const what = [
    ...(areNoEvents ? [isOne ? "is no event" : "are no events"] : []),
    ...(doRepeat ? [isOne ? "repeats one before" : "repeat one before"] : []),
  ].join(" or ");
  return `Left out ${counted(count, "line")} that ${what}: llm-sim verify lists ${isOne ? "it" : "them"}.`;
}

import { join } from "node:path";
import { UTF_16 } from "@llm-sim/events/read";
import type { Run } from "@llm-sim/store";
import { counted } from "../terminal/index.ts";

const REPEATED = "repeated";

/** A log, and how many of its lines took no part in what it answered. */
export interface AskedLog {
  log: Run;
  skipped: number;
}

/** What a person is told where lines of logs are no events, or repeat one: that they are missing, and where to look; nothing where all are. */
export async function leftOutLines(asked: readonly AskedLog[]): Promise<string[]> {
  const count = asked.reduce((sum, { skipped }) => sum + skipped, 0);
  if (count === 0) return [];
  const reasons = new Set<string>();
  const lines: string[] = [];
  for (const { log } of asked.filter(({ skipped }) => skipped > 0)) {
    for (const { file, reason } of (await log.skippedLines()).lines) {
      reasons.add(reason);
      if (reason === UTF_16) lines.push(`${join(await log.files(), file)}: ${reason}.`);
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

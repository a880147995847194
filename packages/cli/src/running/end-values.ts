import { statSync } from "node:fs";
import { join } from "node:path";
import { variableText } from "@llm-sim/events/naming";
import { readSummary, SUMMARY_FILE } from "@llm-sim/events/run";
import { plainText } from "../terminal/index.ts";

/** Variables of the world that a batch's end shows; the rest is what `export --table state` is for. */
const SHOWN = 5;
/** Of one summary: reading a hundred larger ones would keep the terminal waiting. */
const MOST_BYTES = 2_000_000;
const DIGITS = 6;

interface Ends {
  least: number;
  greatest: number;
  runs: number;
}

/**
 * How the runs of a batch ended: of each number of the world that all of them have, the least and the greatest last value,
 * from their `summary.json`. A run without one, or with a very large one, is left out.
 */
export function endValues(runDirectories: readonly string[]): string[] {
  const ends = new Map<string, Ends>();
  const agents = new Set<string>();
  let summaries = 0;
  for (const directory of runDirectories) {
    const { size = 0 } = statSync(join(directory, SUMMARY_FILE), { throwIfNoEntry: false }) ?? {};
    const read = size > MOST_BYTES ? undefined : readSummary(directory);
    if (!read || "problem" in read) continue;
    summaries++;
    for (const { agent_id, variable, last } of read.summary.variables) {
      if (agent_id !== undefined) agents.add(agent_id);
      if (agent_id !== undefined || typeof last !== "number") continue;
      const known = ends.get(variable);
      if (known === undefined) ends.set(variable, { least: last, greatest: last, runs: 1 });
      else {
        known.least = Math.min(known.least, last);
        known.greatest = Math.max(known.greatest, last);
        known.runs++;
      }
    }
  }
  const shared = [...ends].filter(([, { runs }]) => runs === summaries);
  const lines = shared.slice(0, SHOWN).map(([variable, { least, greatest }]) => {
    const name = plainText(variableText({ agent_id: undefined, variable_name: variable }, agents));
    return least === greatest ? `${name} ${brief(least)}` : `${name} ${brief(least)} to ${brief(greatest)}`;
  });
  if (shared.length > SHOWN) lines.push(`and ${shared.length - SHOWN} more`);
  return lines;
}

function brief(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}

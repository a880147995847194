import { usdText } from "@llm-sim/events/words";
import type { ForkedCalls, ForkResult } from "@llm-sim/simulation";
import { counted, formatCount, type Paint, plainText } from "../terminal/index.ts";
import { runSummaryText } from "./run-summary.ts";

/** What a fork came to, for a person. `directory` is as the user would write it. */
export function forkText(
  { run, parent, turn, calls, checkpoint }: ForkResult,
  directory: string,
  paint: Paint,
): string[] {
  const [first = "", ...rest] = runSummaryText(run, directory, paint);
  return [
    first,
    `  forked from ${paint.bold(parent.simulation_id)} at turn ${turn}${checkpoint === undefined ? "" : `, by its checkpoint of turn ${checkpoint}`}`,
    ...(calls ? [`  ${callsText(calls)}`] : []),
    ...missedText({ calls }).map((line) => `  ${paint.caution(line)}`),
    ...rest,
  ];
}

/** What was not answered, in a line: why the first was not; nothing where all was. */
export function missedText({ calls }: Pick<ForkResult, "calls">): string[] {
  const [first, ...more] = calls?.missed ?? [];
  if (first === undefined) return [];
  const others = more.length === 0 ? "" : `, and ${formatCount(more.length)} more`;
  return [plainText(`not answered: ${first}${others}; --on-miss live asks a model`)];
}

/** `320 calls reused, 320 of them before turn 41 (1,234 tokens, $0.12 saved), 0 asked` */
function callsText({ reused, before, skipped, saved, asked }: ForkedCalls): string {
  const kept = [
    ...(saved.tokens > 0 ? [counted(saved.tokens, "token")] : []),
    ...(saved.usd > 0 ? [usdText(saved.usd)] : []),
  ].join(", ");
  const later = reused > before ? `, ${formatCount(reused - before)} of them in its own turns` : "";
  const notPlayed = skipped > 0 ? `, ${formatCount(skipped)} of them skipped by the checkpoint` : "";
  return `${counted(reused, "call")} reused${notPlayed}${later}${kept === "" ? "" : ` (${kept} saved)`}, ${formatCount(asked)} asked`;
}

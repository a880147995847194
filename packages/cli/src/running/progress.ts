import type { TurnProgress } from "@llm-sim/simulation";
import { displayWidth, formatCount, formatDuration, progressBar } from "../terminal/index.ts";

const WIDEST_BAR = 30;

/** What of a run's progress is shown. */
export interface Progress {
  turn: number;
  turns: number;
  /** Events that were recorded. */
  events: number;
  dropped: number;
}

export function progressOf({ turn, turns, stats }: TurnProgress): Progress {
  const { emitted, suppressed, dropped } = stats;
  return { turn, turns, events: emitted - suppressed - dropped, dropped };
}

/** `market ━━━━╌╌╌╌ turn 23/50  12,345 events/s  0 dropped  ETA 3.0 s`; `elapsed` in milliseconds. */
export function progressLine(
  name: string,
  { turn, turns, events, dropped }: Progress,
  elapsed: number,
  cells: number,
): string {
  const rate = elapsed > 0 ? Math.round((events * 1000) / elapsed) : 0;
  const left = turn > 0 ? (elapsed / turn) * (turns - turn) : 0;
  const facts = [
    `turn ${String(turn).padStart(String(turns).length)}/${turns}`,
    `${formatCount(rate)} events/s`,
    `${formatCount(dropped)} dropped`,
    `ETA ${formatDuration(left)}`,
  ].join("  ");
  const room = cells - displayWidth(name) - displayWidth(facts) - 2;
  if (room < 4) return `${name} ${facts}`;
  return `${name} ${progressBar(turns > 0 ? turn / turns : 1, Math.min(WIDEST_BAR, room))} ${facts}`;
}

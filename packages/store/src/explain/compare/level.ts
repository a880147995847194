import {
  EVENT_TYPES,
  includesLevel,
  isRecordedAt,
  levelOf,
  VERBOSITY_LEVELS,
  type VerbosityLevel,
} from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import type { Recording } from "../recording/index.ts";
import { batchesOf } from "../rows/index.ts";
import type { Side } from "./configuration.ts";

/** What both record; a run that does not say may hold everything. */
export function commonLevel(left: Recording, right: Recording): VerbosityLevel {
  const levels = [left.verbosity ?? "DETAIL", right.verbosity ?? "DETAIL"] as const;
  return VERBOSITY_LEVELS.find((level) => levels.includes(level)) ?? "DETAIL";
}

/** Whether a run holds nothing that `level`, the common one, leaves out; one that does not say is looked through. */
export function recordsNoMore({ view, recording: { verbosity } }: Side, level: VerbosityLevel): boolean {
  if (verbosity !== undefined) return verbosity === level;
  return EVENT_TYPES.every((kind, code) => {
    if (kind === "SYSTEM" || kind === "DETAIL") return level === "DETAIL" || areRecordedAt(level, view, code);
    return includesLevel(level, levelOf(kind)) || view.index.countOf(code) === 0;
  });
}

/** Kinds of whose events some are recorded before the others. */
function areRecordedAt(level: VerbosityLevel, view: RunView, kind: number): boolean {
  const list = view.index.rowsOf(NO_AGENT, kind);
  const rows = Array.from({ length: list.length }, (_, place) => list.at(place));
  for (const batch of batchesOf(view.index, rows)) {
    if (!view.events(batch).every((event) => isRecordedAt(level, event))) return false;
  }
  return true;
}

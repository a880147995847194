import { Names } from "./event-fields.ts";
import { FrozenPart } from "./frozen-part.ts";
import type { SavedMissing } from "./missing-causes.ts";
import type { PartArrays, PartSummary } from "./part-arrays.ts";
import { RunIndex } from "./run-index.ts";
import { type SavedSkippedLines, SkippedLines } from "./skipped-lines.ts";
import type { StateVariable } from "./state-variables.ts";

/** What of an index is not in its parts. */
export interface SavedIndexMeta {
  agents: string[];
  /** Codes of those that have no event of their own. */
  silentAgents: number[];
  variables: string[];
  /** Agent and variable of each key of the posting lists by variable. */
  states: StateVariable[];
  missing: SavedMissing;
  skipped: SavedSkippedLines;
}

/** An index as it is now; it may grow on while it is written. */
export function saveIndex(index: RunIndex): { meta: SavedIndexMeta; parts: FrozenPart[] } {
  const { parts, silentAgents } = index.snapshot();
  const meta = {
    agents: [...index.names.agents.names],
    silentAgents,
    variables: [...index.names.variables.names],
    states: [...index.states.variables],
    missing: index.edges.missing.save(),
    skipped: index.skipped.save(),
  };
  return { meta, parts };
}

export function restoreIndex(
  meta: SavedIndexMeta,
  parts: readonly { summary: PartSummary; arrays: PartArrays }[],
  partRows?: number,
): RunIndex {
  const names = new Names();
  for (const name of meta.agents) names.agents.intern(name);
  for (const name of meta.variables) names.variables.intern(name);
  const { states, missing, silentAgents } = meta;
  const index = new RunIndex({ names, states, missing, skipped: new SkippedLines(meta.skipped), partRows });
  index.restore(
    parts.map(({ summary, arrays }) => new FrozenPart(summary, arrays)),
    silentAgents,
  );
  return index;
}

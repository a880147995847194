import type { BatchAnswer } from "@llm-sim/api";
import { seriesStyle, type Theme } from "../../logic/palette/index.ts";

export interface RunLook {
  color: string;
  dash: number[];
}

/** How runs are drawn: by the group that they are in, and those that are picked out each in a colour of its own. */
export interface RunLooks {
  groups: readonly { name: string; ids: ReadonlySet<string>; color: string }[];
  picked: ReadonlyMap<string, RunLook>;
}

export function runLooks(parting: BatchAnswer["parting"], picked: readonly string[], theme: Theme): RunLooks {
  const groups = (parting?.groups ?? []).map(({ name, runs }, at) => ({
    name,
    ids: new Set(runs),
    color: seriesStyle(at, theme).color,
  }));
  return {
    groups,
    // Not in a group's colour.
    picked: new Map(picked.map((id, at) => [id, seriesStyle(at + groups.length, theme)])),
  };
}

import type { Difference, Relation } from "@llm-sim/api";
import type { Pair } from "./align.ts";
import type { Entry } from "./entry.ts";

/** A difference, as a comparison comes upon it. */
export interface FoundDifference {
  pair: Pair;
  /** The left's event, or the right's where the left has none. */
  entry: Entry;
  kind: Difference["kind"];
  relation: Relation;
  /** It follows from no difference at all. */
  isRoot: boolean;
  turn: number;
  describe: () => Difference;
}

import type { Difference, DifferenceGroup, Relation } from "@llm-sim/api";
import type { Entry } from "./entry.ts";

const MAX_GROUPS = 1000;

/** Counts differences by agent, kind and name. */
export class Groups {
  readonly #groups = new Map<string, DifferenceGroup>();

  /** @param entry the left's, or the right's where the left has none */
  add(entry: Entry, kind: Difference["kind"], relation: Relation, turn: number): void {
    const { key } = entry;
    const group = this.#groups.get(key) ?? emptyGroup(entry, turn);
    this.#groups.set(key, group);
    group.total++;
    group[kind]++;
    if (relation === "following") group.following++;
    group.turn_start = Math.min(group.turn_start, turn);
    group.turn_end = Math.max(group.turn_end, turn);
  }

  /** The most first. */
  foremost(): { groups: DifferenceGroup[]; groups_omitted: number } {
    const sorted = [...this.#groups].sort(
      ([aKey, a], [bKey, b]) => b.total - a.total || a.turn_start - b.turn_start || (aKey < bKey ? -1 : 1),
    );
    return {
      groups: sorted.slice(0, MAX_GROUPS).map(([, group]) => group),
      groups_omitted: Math.max(0, sorted.length - MAX_GROUPS),
    };
  }
}

function emptyGroup({ agent, kind, name }: Entry, turn: number): DifferenceGroup {
  return {
    ...(agent === "" ? {} : { agent_id: agent }),
    event_type: kind,
    name,
    total: 0,
    changed: 0,
    only_left: 0,
    only_right: 0,
    following: 0,
    turn_start: turn,
    turn_end: turn,
  };
}

import type { StateAnswer } from "@llm-sim/api";
import { type JsonValue, memberOf } from "@llm-sim/events/schema";
import { byName } from "../format/index.ts";
import type { WorldSort } from "../view/index.ts";
import type { WorldTable } from "./world-table.ts";

type Row = WorldTable["agents"][number];

/**
 * A table's rows by one of its columns: numbers by size, texts by name, lists and objects by how much is in them; who lacks the
 * variable comes last either way round, and equal ones stay by name.
 */
export function sortAgents(
  rows: readonly Row[],
  state: StateAnswer,
  sort: WorldSort | undefined,
): readonly Row[] {
  if (sort === undefined) return rows;
  const { column, descending } = sort;
  const sign = descending ? -1 : 1;
  if (column.of === "agent") return descending ? rows.toReversed() : rows;
  const sortedValue = ({ agent }: Row): JsonValue | undefined =>
    column.of === "memory"
      ? memberOf(state.memory, agent)
      : memberOf(memberOf(state.agents, agent), column.name);
  return rows
    .map((row) => ({ row, rank: rankOf(sortedValue(row)) }))
    .sort(({ rank: one }, { rank: other }) => {
      if (one === undefined || other === undefined)
        return Number(one === undefined) - Number(other === undefined);
      return sign * (one.kind - other.kind || compare(one.by, other.by));
    })
    .map(({ row }) => row);
}

interface Rank {
  /** Numbers before texts before booleans before what has members. */
  kind: number;
  by: number | string;
}

function rankOf(value: JsonValue | undefined): Rank | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return { kind: 0, by: value };
  if (typeof value === "string") return { kind: 1, by: value };
  if (typeof value === "boolean") return { kind: 2, by: Number(value) };
  return { kind: 3, by: Object.keys(value).length };
}

function compare(one: number | string, other: number | string): number {
  return typeof one === "number" && typeof other === "number"
    ? one - other
    : byName(String(one), String(other));
}

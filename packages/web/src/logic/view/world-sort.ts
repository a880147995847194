/** A column of the world's table: the agents' names, what they remember, or a variable of theirs. */
export type WorldColumn = { of: "agent" } | { of: "memory" } | { of: "variable"; name: string };

export interface WorldSort {
  column: WorldColumn;
  descending: boolean;
}

/** `wealth`, `-wealth`; `agent` and `memory` are no variables, one that is called so, or begins with a sign, is `*.agent`. */
export function writeWorldSort({ column, descending }: WorldSort): string {
  return `${descending ? "-" : ""}${column.of === "variable" ? variableText(column.name) : column.of}`;
}

function variableText(name: string): string {
  return name === "" || name === "agent" || name === "memory" || /^(?:-|\*\.)/.test(name)
    ? `*.${name}`
    : name;
}

export function readWorldSort(text: string): WorldSort | undefined {
  const descending = text.startsWith("-");
  const column = descending ? text.slice(1) : text;
  if (column === "") return undefined;
  if (column === "agent" || column === "memory") return { column: { of: column }, descending };
  return { column: { of: "variable", name: column.replace(/^\*\./, "") }, descending };
}

export function sameColumn(one: WorldColumn, other: WorldColumn): boolean {
  return one.of === "variable" && other.of === "variable" ? one.name === other.name : one.of === other.of;
}

/** The sorting after a click on a column's head: the largest first, then the smallest; names begin with the first. */
export function sortedBy(column: WorldColumn, sort: WorldSort | undefined): WorldSort {
  const before = sort ?? { column: { of: "agent" }, descending: false };
  if (sameColumn(column, before.column)) return { column, descending: !before.descending };
  return { column, descending: column.of !== "agent" };
}

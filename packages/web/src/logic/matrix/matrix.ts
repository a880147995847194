import { type InteractionCell, type InteractionsAnswer, NOBODY, OTHERS } from "@llm-sim/api";

export type MatrixOrder = "active" | "name";
/** An agent, those without a place of their own, or that there was no partner. */
export type Side = { agent: string } | "others" | "nobody";

export interface Matrix {
  rows: Side[];
  columns: Side[];
  /** By row and column; absent where nothing happened. */
  cells: (InteractionCell | undefined)[][];
  /** The largest number in sight: of the sums where there are any, else of the counts. */
  greatest: number;
}

type Key = InteractionCell["to"];

/** Who acted (rows) on whom (columns), in the order that is asked for; the others and nobody come last. */
export function matrixOf({ agents, others, cells }: InteractionsAnswer, order: MatrixOrder): Matrix {
  const places = agents.map((agent, place) => ({ agent, place }));
  if (order === "name") places.sort((a, b) => (a.agent < b.agent ? -1 : a.agent > b.agent ? 1 : 0));
  const keys: Key[] = places.map(({ place }) => place);
  if (others > 0) keys.push(OTHERS);
  const hasNobody = cells.some(({ to }) => to === NOBODY);
  const columnKeys: Key[] = hasNobody ? [...keys, NOBODY] : keys;
  const found = new Map(cells.map((cell) => [`${cell.from} ${cell.to}`, cell]));
  const sideOf = (key: Key): Side => (typeof key === "number" ? { agent: agents[key] ?? "" } : key);
  return {
    rows: keys.map(sideOf),
    columns: columnKeys.map(sideOf),
    cells: keys.map((from) => columnKeys.map((to) => found.get(`${from} ${to}`))),
    greatest: Math.max(1, ...cells.map((cell) => Math.abs(amountOf(cell)))),
  };
}

export function amountOf({ sum, count }: InteractionCell): number {
  return sum ?? count;
}

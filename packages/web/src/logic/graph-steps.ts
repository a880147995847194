import type { GraphEdge } from "./causal-graph.ts";

type Places = ReadonlyMap<string, { x: number; y: number }>;

/** Where an arrow key leads in a graph whose causes stand above their effects; `undefined` where there is nothing. */
export function nodeAtKey(
  key: string,
  from: string,
  { edges, positions }: { edges: readonly GraphEdge[]; positions: Places },
): string | undefined {
  const here = positions.get(from);
  if (here === undefined) return undefined;
  const distance = (id: string): number => Math.abs((positions.get(id)?.x ?? 0) - here.x);
  const nearest = (ids: readonly string[]): string | undefined =>
    ids.toSorted((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1))[0];
  const beside = (isBeside: (x: number) => boolean): string | undefined =>
    nearest([...positions].flatMap(([id, { x, y }]) => (y === here.y && isBeside(x) ? [id] : [])));
  switch (key) {
    case "ArrowUp":
      return nearest(edges.flatMap((edge) => (edge.to === from ? [edge.from] : [])));
    case "ArrowDown":
      return nearest(edges.flatMap((edge) => (edge.from === from ? [edge.to] : [])));
    case "ArrowLeft":
      return beside((x) => x < here.x);
    case "ArrowRight":
      return beside((x) => x > here.x);
    default:
      return undefined;
  }
}

import type { ELK, ElkNode } from "elkjs/lib/elk-api.js";
import type { CausalGraph } from "../../../logic/causal-graph.ts";

export const NODE = { width: 220, height: 60 } as const;

export type Positions = ReadonlyMap<string, { x: number; y: number }>;

let elk: Promise<ELK> | undefined;

/** The layout runs in a worker of its own, started when the first graph is drawn. */
function layouter(): Promise<ELK> {
  elk ??= (async () => {
    const [{ default: Elk }, { default: workerUrl }] = await Promise.all([
      import("elkjs/lib/elk-api.js"),
      import("elkjs/lib/elk-worker.min.js?url"),
    ]);
    return new Elk({ workerUrl });
  })();
  return elk;
}

/** Causes above their effects, few crossings (Sugiyama's layers, by ELK). */
export async function layOut(graph: CausalGraph): Promise<Positions> {
  const drawn = await (await layouter()).layout(toElk(graph));
  return new Map((drawn.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
}

function toElk({ nodes, edges }: CausalGraph): ElkNode {
  return {
    id: "graph",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "DOWN",
      "elk.layered.spacing.nodeNodeBetweenLayers": "34",
      "elk.spacing.nodeNode": "14",
      "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
    },
    children: nodes.map(({ id }) => ({ id, ...NODE })),
    edges: edges.map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
  };
}

export {
  type CausalGraph,
  causalGraph,
  type GraphEdge,
  type GraphNode,
  type GraphOptions,
  MAX_NODES,
  MAX_OPENED,
} from "./causal-graph.ts";

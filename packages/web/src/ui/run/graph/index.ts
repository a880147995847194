export { CausalGraph } from "./causal-graph.tsx";

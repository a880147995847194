export { Comparisons } from "./comparisons.ts";

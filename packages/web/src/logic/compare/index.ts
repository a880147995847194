export {
  type CompareView,
  type DifferenceChoice,
  isAnyDifference,
  readCompareView,
  writeCompareView,
} from "./compare-view.ts";
export { distanceLines } from "./distance-lines.ts";
export { type PageOf, pageOf } from "./pages.ts";

export type { WatchedVariable } from "./expression.ts";
export {
  compileWatch,
  type VariableLookup,
  type Watch,
  type WatchedState,
  type WatchMatch,
} from "./watch.ts";
export { isWatchError, WatchError } from "./watch-error.ts";
export { type WatchChange, WatchTracker } from "./watch-tracker.ts";

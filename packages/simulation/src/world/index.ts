export { changesOfPart, sameJson } from "./changes.ts";
export {
  copyJson,
  copyJsonObject,
  isPlainObject,
  type JsonCopy,
  type NotJson,
  type PlainObject,
} from "./json-copy.ts";
export { eachLeaf } from "./leaves.ts";
export type { PartReads, StateReads } from "./part-reads.ts";
export { isStateError, StateError } from "./state-error.ts";
export type { Outcome } from "./transaction.ts";
export { inspectable, withoutDrafts } from "./without-drafts.ts";
export { type Assignment, shapedAs, type VariableChange, type World } from "./world.ts";
export { WorldStore } from "./world-store.ts";

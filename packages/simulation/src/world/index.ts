export { changesOfPart } from "./changes.ts";
export {
  copyJson,
  copyJsonObject,
  isPlainObject,
  type JsonCopy,
  type NotJson,
  type PlainObject,
} from "./json-copy.ts";
export { eachLeaf } from "./leaves.ts";
export { isStateError, StateError } from "./state-error.ts";
export { withoutDrafts } from "./without-drafts.ts";
export { shapedAs, type VariableChange, type World } from "./world.ts";
export { WorldStore } from "./world-store.ts";

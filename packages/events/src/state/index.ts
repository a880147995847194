export { canonicalJson, isSameJson } from "../schema/index.ts";
export { type FoldedState, StateFold, type StateWrite } from "./state-fold.ts";
export { partHash, stateHash, type Variables } from "./state-hash.ts";

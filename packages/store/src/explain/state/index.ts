export { historyOf } from "./history.ts";
export { isWhole, stateAt } from "./state-at.ts";
export { findVariable, isWritten, labels, unknownName, type Variable } from "./variable.ts";

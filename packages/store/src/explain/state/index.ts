export { historyOf } from "./history.ts";
export { stateAt } from "./state-at.ts";
export { findVariable, isWritten, labels, unknownName, type Variable } from "./variable.ts";

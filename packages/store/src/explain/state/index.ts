export { historyOf } from "./history.ts";
export { stateAt } from "./state-at.ts";
export { findVariable, labels, unknownName, type Variable, variableLabel } from "./variable.ts";

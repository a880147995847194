export { foldAt, valueAfter } from "./fold.ts";
export { historyOf } from "./history.ts";
export { stateAt } from "./state-at.ts";
export { stateEvents } from "./state-events.ts";
export { findVariable, labels, unknown, type Variable, variableLabel } from "./variable.ts";

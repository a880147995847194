export { historyOf, historyPage, type PageOfWrites } from "./history.ts";
export { isWhole, stateAt } from "./state-at.ts";
export { type TurnEndPlace, turnEndsOf } from "./turn-ends.ts";
export { toldValues, type ValuePoint, type ValuesTold, valuesByTurn } from "./values.ts";
export {
  anyones,
  findVariable,
  findVariables,
  isWritten,
  labels,
  noSuchAgent,
  unknownName,
  type Variable,
  writesOf,
} from "./variable.ts";

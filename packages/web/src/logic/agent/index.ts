export { type DecisionRow, decisionRows } from "./decision-rows.ts";
export { type Partner, partnersOf } from "./partners.ts";

export { type Cause, CauseLabels } from "./cause-label.ts";
export { lineMember, lineNumbers } from "./line-member.ts";
export { ownDecisionsBefore, RememberedSteps, rememberedTurn } from "./remembered.ts";

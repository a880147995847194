// What is made otherwise where a run is played again: variables that are assigned, decisions that are replaced, events that are
// left out. `intervention/` beside it holds tests alone.

export { checkDecisions, decidedInstead, recordOf } from "./decided.ts";
export { InterventionError, isInterventionError } from "./intervention-error.ts";
export { leftOutOf } from "./left-out.ts";
export { hasEvent, INTERVENTION, type LeftOutCandidate, OpenIntervention } from "./open-intervention.ts";
export { parseDecision } from "./parse-decision.ts";
export { type Assigned, assign, resolveVariables } from "./variables.ts";

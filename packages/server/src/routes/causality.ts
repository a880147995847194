import { causality, causalityAnswerOf } from "@llm-sim/api";
import { jsonBytes, questionOfRun } from "../answers/index.ts";

export const causalityQuestion = questionOfRun(
  causality,
  "quick",
  (run, { params, query: { depth, turn_markers: turnMarkers } }) =>
    run.causality(params.event_id, depth, { turnMarkers }),
  (found) => jsonBytes(causalityAnswerOf(found)),
);

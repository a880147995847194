import { causality, causalityAnswerOf } from "@llm-sim/api";
import { jsonBytes, questionOfRun } from "../answers/index.ts";

export const causalityQuestion = questionOfRun(
  causality,
  "quick",
  (run, { params, query: { depth, turn_markers: turnMarkers } }, signal) =>
    run.causality(params.event_id, depth, { turnMarkers, signal }),
  (found) => jsonBytes(causalityAnswerOf(found)),
);

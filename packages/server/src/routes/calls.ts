import { call, calls } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const callsQuestion = questionOfRun(calls, "quick", (run, { query }, signal) =>
  run.calls(query, signal),
);
export const callQuestion = questionOfRun(call, "quick", (run, { params, query }, signal) =>
  run.call(params.event_id, query, signal),
);

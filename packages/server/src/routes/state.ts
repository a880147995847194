import { state } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const stateQuestion = questionOfRun(state, "quick", (run, { query }, signal) =>
  run.explain.state(query, signal),
);

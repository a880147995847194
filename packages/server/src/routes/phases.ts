import { phases } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const phasesQuestion = questionOfRun(phases, "quick", (run, { query }, signal) =>
  run.phases(query, signal),
);

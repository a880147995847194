import { values } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const valuesQuestion = questionOfRun(values, "thorough", (run, { query }, signal) =>
  run.explain.valuesByTurn(query, signal),
);

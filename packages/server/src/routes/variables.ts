import { variables } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const variablesQuestion = questionOfRun(variables, "quick", (run, { query }, signal) =>
  run.variables(query, signal),
);

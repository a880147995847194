import { variables } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const variablesQuestion = questionOfRun(variables, "short", (run, { query }) => run.variables(query));

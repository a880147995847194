import { history } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const historyQuestion = questionOfRun(history, "quick", (run, { query }, signal) =>
  run.explain.history(query, signal),
);

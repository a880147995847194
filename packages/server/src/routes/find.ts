import { find } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const findQuestion = questionOfRun(find, "thorough", (run, { query }, signal) =>
  run.explain.find(query, signal),
);

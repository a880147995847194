import { why } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const whyQuestion = questionOfRun(why, "quick", (run, { query }, signal) =>
  run.explain.why(query, signal),
);

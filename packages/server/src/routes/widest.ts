import { widest } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const widestQuestion = questionOfRun(widest, "thorough", (run, { query }, signal) =>
  run.explain.widest(query, signal),
);

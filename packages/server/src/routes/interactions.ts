import { interactions } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const interactionsQuestion = questionOfRun(interactions, "thorough", (run, { query }, signal) =>
  run.explain.interactions(query, signal),
);

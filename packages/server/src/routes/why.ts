import { why } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const whyQuestion = questionOfRun(why, "quick", (run, { query }) => run.explain.why(query));

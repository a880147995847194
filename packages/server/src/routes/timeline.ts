import { timeline } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const timelineQuestion = questionOfRun(
  timeline,
  ({ query }) => ((query.q ?? "") === "" ? "quick" : "thorough"),
  (run, { query }, signal) => run.timeline(query, signal),
);

import { phases } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const phasesQuestion = questionOfRun(phases, "short", (run, { query }) => run.phases(query));

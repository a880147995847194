import { effects } from "@llm-sim/api";
import { questionOfRun } from "../answers/index.ts";

export const effectsQuestion = questionOfRun(effects, "quick", async (run, { params, query }, signal) => {
  const { event_id } = params;
  await run.eventLine(event_id); // what is no event's id is not found, of whatever form it is
  return run.explain.effects({ event_id, ...query }, signal);
});

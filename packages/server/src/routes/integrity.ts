import { integrity } from "@llm-sim/api";
import { verifyRun } from "@llm-sim/events/read";
import { newerFormat } from "@llm-sim/events/run";
import { simulationNotFound } from "@llm-sim/store";
import { jsonBytes, questionOf } from "../answers/index.ts";

/** All of it is computing: 7 s for a million events, and some 30 bytes for each. */
export const integrityQuestion = questionOf(integrity, {
  length: "thorough",
  runs: ({ params }) => [params.id],
  answer: async ({ params }, { store, signal }) => {
    const run = await store.openRun(params.id);
    const newer = newerFormat(run.directory);
    if (newer !== undefined) throw simulationNotFound(run.id, [], newer);
    return { body: jsonBytes(await verifyRun(run.directory, { signal })) };
  },
});

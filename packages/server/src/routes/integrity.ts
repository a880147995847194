import { integrity } from "@llm-sim/api";
import { isRunReadError } from "@llm-sim/events/read";
import { unreadable } from "@llm-sim/store";
import { jsonBytes, questionOf } from "../answers/index.ts";

/** All of it is computing: 7 s for a million events, and some 30 bytes for each. */
export const integrityQuestion = questionOf(integrity, {
  length: "thorough",
  runs: ({ params }) => [params.id],
  answer: async ({ params }, { store, signal }) => {
    const run = await store.openRun(params.id);
    try {
      return { body: jsonBytes(await run.integrity({ signal })) };
    } catch (error) {
      throw isRunReadError(error) ? unreadable(run.id, error) : error;
    }
  },
});

import { event } from "@llm-sim/api";
import { questionOf } from "../answers/index.ts";

/** Of the log, as the bytes that they are. */
export const eventQuestion = questionOf(event, {
  length: "short",
  runs: ({ params }) => [params.id],
  answer: async ({ params }, { store }) => {
    const run = await store.openRun(params.id);
    const { answer: line, skipped } = await run.ask((asked) => asked.eventLine(params.event_id));
    return { body: Uint8Array.from(line), skipped };
  },
});

import { compareDifferencesQuerySchema } from "@llm-sim/api";
import { openStore } from "@llm-sim/store";
import { answerParent } from "./answer-parent.ts";

const differencesSchema = compareDifferencesQuerySchema.brand<"parsed">();

/** Of two runs: the comparison as a whole, or a page of their differences where a question about them is given. */
await answerParent(async ([outputDir = "", left = "", right = "", differences]) => {
  const asked = differences === undefined ? undefined : differencesSchema.parse(JSON.parse(differences));
  const store = openStore(outputDir);
  try {
    const [one, other] = [await store.openRun(left), await store.openRun(right)];
    const { answer: of, skipped } = await one.ask(({ explain }) =>
      other.ask<unknown>((r) =>
        asked === undefined ? explain.compare(r.explain) : explain.differences(r.explain, asked),
      ),
    );
    return { answer: of.answer, skipped: skipped + of.skipped };
  } finally {
    await store.close();
  }
});

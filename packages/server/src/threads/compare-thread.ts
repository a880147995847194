import { openStore } from "@llm-sim/store";
import { answerParent } from "./answer-parent.ts";

await answerParent(async ([outputDir = "", left = "", right = ""]) => {
  const store = openStore(outputDir);
  try {
    const [one, other] = [await store.openRun(left), await store.openRun(right)];
    const { answer: of, skipped } = await one.ask((l) => other.ask((r) => l.explain.compare(r.explain)));
    return { answer: of.answer, skipped: skipped + of.skipped };
  } finally {
    await store.close();
  }
});

import { openStore } from "@llm-sim/store";
import { compareRuns } from "@llm-sim/store/explain";
import { answerParent } from "../threads/index.ts";

await answerParent(async ([outputDir = "", left = "", right = ""]) => {
  const store = openStore(outputDir);
  try {
    return await compareRuns((await store.openRun(left)).explain, (await store.openRun(right)).explain);
  } finally {
    await store.close();
  }
});

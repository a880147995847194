import { verifyRun } from "@llm-sim/events/read";
import { answerParent } from "../threads/index.ts";

await answerParent(([runDirectory = ""]) => verifyRun(runDirectory));

import { verifyRun } from "@llm-sim/events/read";
import { answerParent } from "./answer-parent.ts";

await answerParent(([runDirectory = ""]) => verifyRun(runDirectory));

export { answerParent } from "./answer-parent.ts";
export { SharedThreads } from "./shared-threads.ts";

export { batchesOf, MAX_ANSWER_BYTES, withinAnswer } from "./batches.ts";

export { Gate } from "./gate.ts";
export {
  type FinishedAnswer,
  finished,
  jsonBytes,
  type Question,
  questionOf,
  questionOfRun,
} from "./question.ts";

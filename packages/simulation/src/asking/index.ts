export { AskError, isAskError } from "./ask-error.ts";
export type { AttemptReport, Call, CallTotals, Models } from "./models.ts";
export type { Ask, Question, Reply } from "./question.ts";

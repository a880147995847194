export { AskError, isAskError } from "./ask-error.ts";
export { Asker, type AskerOptions } from "./asker.ts";
export { Asking } from "./asking.ts";
export { BrokenOff, isBrokenOff } from "./broken-off.ts";
export { isSecretParameter, type LlmSettings, llmSchema, mayBeSecret, recordedLlm } from "./llm-settings.ts";
export {
  importLlm,
  LLM_PACKAGE,
  type LlmPackage,
  loadLlm,
  type ModelsPlan,
  type ShownRequest,
  type TapeAnswers,
} from "./load-llm.ts";
export type { AttemptReport, Call, CallTotals, Models } from "./models.ts";
export type { Ask, Question, Reply } from "./question.ts";
export { isSecret, SECRET, withoutKey } from "./secret.ts";

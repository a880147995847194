export { createModelClient } from "./create-client.ts";
export {
  type AttemptOptions,
  type ClientSettings,
  LONGEST_TIMEOUT_MS,
  type ModelClient,
  ModelClientError,
  type ModelClientErrorCode,
  PROVIDERS,
  type Provider,
  STRUCTURED_OUTPUTS,
  type StructuredOutput,
} from "./model-client.ts";
export { estimateTokens, type FinishReason, type Outcome, type OutcomeKind } from "./outcome.ts";
export { SECRET, withoutSecrets } from "./secrets.ts";
